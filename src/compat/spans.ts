import type { CodexVersion } from '../codex/version.ts';
import type { Lifecycle } from '../lifecycle/outcome.ts';
import type { Answer } from './answer.ts';
import { type Change, changeSince } from './change.ts';
import type { ChangedRule } from './changed-rules.ts';
import { contentOf } from './content.ts';

/** Neighbouring versions that answer the same. */
export interface Span {
  readonly first: CodexVersion;
  readonly last: CodexVersion;
  /** The answer of `first`. */
  readonly answer: Answer;
  /** Against the oldest version that was asked. */
  readonly change: Change;
  /** Why it is not what the span before answers; empty for the first span, and where nobody knows. */
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
  /** Why a lifecycle is missing: a server failed. */
  readonly failures: readonly { readonly lifecycle: Lifecycle; readonly message: string }[];
}

/** Whether the newest version that was asked does worse than the oldest. */
export function isWorse({ spans }: LifecycleSpans): boolean {
  return spans.at(-1)?.change.direction === 'worse';
}

/** A span before it is known how the newest version answers. */
type Unjudged = Omit<Span, 'change'>;

/** Spans that grow by one version after the other, the oldest first. */
export class GrowingSpans {
  readonly #lifecycle: Lifecycle;
  readonly #spans: [Unjudged, ...Unjudged[]];
  #newest: Answer;

  constructor(lifecycle: Lifecycle, answer: Answer) {
    const { version } = answer;
    this.#lifecycle = lifecycle;
    this.#newest = answer;
    this.#spans = [{ first: version, last: version, answer, rules: [] }];
  }

  /** `why`: asked for the rules when the answer is not that of the version before. */
  async add(answer: Answer, why: () => Promise<readonly ChangedRule[]> = async () => []): Promise<void> {
    const { version } = answer;
    const last = this.#spans.at(-1) as Unjudged;
    const isSame = contentOf(answer.outcome) === contentOf(last.answer.outcome);
    if (isSame) this.#spans.splice(-1, 1, { ...last, last: version });
    else this.#spans.push({ first: version, last: version, answer, rules: await why() });
    this.#newest = answer;
  }

  result(): LifecycleSpans {
    const { owed } = this.#newest;
    const [oldest, ...others] = this.#spans;
    const judged = (span: Unjudged): Span => ({
      ...span,
      change: changeSince(oldest.answer.outcome, span.answer.outcome, owed),
    });
    return { lifecycle: this.#lifecycle, spans: [judged(oldest), ...others.map(judged)] };
  }
}
