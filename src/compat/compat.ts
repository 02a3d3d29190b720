import type { CodexVersion } from '../codex/version.ts';
import type { Lifecycle } from '../lifecycle/outcome.ts';
import { type Change, changeSince } from './change.ts';
import { type ChangedRule, changedRules } from './changed-rules.ts';
import { contentOf } from './content.ts';
import { type Answer, type Question, VersionReading } from './version-reading.ts';

export const lifecycles: readonly Lifecycle[] = ['resume', 'rejoin', 'fork'];

/** Neighbouring versions that answer the same. */
export interface Span {
  readonly first: CodexVersion;
  readonly last: CodexVersion;
  /** The answer of `first`. */
  readonly answer: Answer;
  /** Against the oldest version that was asked. */
  readonly change: Change;
  /** Why it is not what the span before answers; empty for the first span. */
  readonly rules: readonly ChangedRule[];
}

export interface LifecycleSpans {
  readonly lifecycle: Lifecycle;
  readonly spans: readonly [Span, ...Span[]];
}

/** What versions do with a rollout. */
export interface Compatibility {
  readonly path: string;
  readonly threadId: string | null;
  readonly writtenBy: string | null;
  readonly lifecycles: readonly LifecycleSpans[];
}

/**
 * What each of `versions`, the oldest first, does with a rollout by the rules that were measured.
 * @throws {NotARollout}, {FileShrank} or the system's error
 */
export async function compatibilityOf(
  question: Question,
  versions: readonly [CodexVersion, ...CodexVersion[]],
): Promise<Compatibility> {
  const first = await VersionReading.of(question, versions[0]);
  const growing = lifecycles.map((lifecycle) => new GrowingSpans(lifecycle, first));
  for (const version of versions.slice(1)) {
    const reading = await VersionReading.of(question, version);
    for (const spans of growing) await spans.add(reading);
  }
  const { threadId, writtenBy } = first;
  return { path: question.path, threadId, writtenBy, lifecycles: growing.map((spans) => spans.result()) };
}

/** Whether the newest version that was asked does worse than the oldest. */
export function isWorse({ spans }: LifecycleSpans): boolean {
  return spans.at(-1)?.change.direction === 'worse';
}

/** A span before it is known how the newest version answers. */
type Unjudged = Omit<Span, 'change'>;

class GrowingSpans {
  readonly #lifecycle: Lifecycle;
  readonly #spans: [Unjudged, ...Unjudged[]];
  #newest: VersionReading;

  constructor(lifecycle: Lifecycle, first: VersionReading) {
    const { version } = first;
    this.#lifecycle = lifecycle;
    this.#newest = first;
    this.#spans = [{ first: version, last: version, answer: first.answer(lifecycle), rules: [] }];
  }

  async add(reading: VersionReading): Promise<void> {
    const answer = reading.answer(this.#lifecycle);
    const { version } = reading;
    const last = this.#spans.at(-1) as Unjudged;
    if (contentOf(answer.outcome) === contentOf(last.answer.outcome)) {
      this.#spans.splice(-1, 1, { ...last, last: version });
    } else {
      const rules = await changedRules(this.#lifecycle, this.#newest, reading);
      this.#spans.push({ first: version, last: version, answer, rules });
    }
    this.#newest = reading;
  }

  result(): LifecycleSpans {
    const lifecycle = this.#lifecycle;
    const { owed } = this.#newest.answer(lifecycle);
    const [oldest, ...others] = this.#spans;
    const judged = (span: Unjudged): Span => ({
      ...span,
      change: changeSince(oldest.answer.outcome, span.answer.outcome, owed),
    });
    return { lifecycle, spans: [judged(oldest), ...others.map(judged)] };
  }
}
