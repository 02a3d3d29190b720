import { existsSync } from 'node:fs';
import { memberAt } from '../../json/json-value.ts';
import { identityOf, type ServerIdentity } from '../../replay/drive/server-identity.ts';
import type { Observation } from '../../replay/judge/judge.ts';
import { LifecycleWatch, type WatchedLifecycle } from '../../replay/judge/lifecycle-watch.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { hasTurns, type LifecycleVerdict, lifecycleVerdict } from './lifecycle-verdict.ts';
import { type Knowledge, knowledgeOf } from './rollout-source.ts';
import { tokenCountsSince } from './written-since.ts';

/** So long after the answer the usage is missing: a server sends it at once. In milliseconds. */
const QUIET_MS = 300;

export interface LifecycleJudgeOptions {
  /** Where rollouts are looked up that no message names, unless the server says that its home is another one here. */
  readonly codexHome: string;
  /** When the entries began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Called when a lifecycle is judged, and once more where a later message changes the verdict. */
  readonly onVerdict: (verdict: LifecycleVerdict) => void;
  /** Called when a rollout was read for a lifecycle. */
  readonly onKnowledge: (watched: WatchedLifecycle, knowledge: Knowledge) => void;
  /** Called when the server says who it is. */
  readonly onServer: (identity: ServerIdentity) => void;
}

const CUT = { unknown: 'this tap cut the connection by --fault before all could come' };

interface Case {
  readonly knowledge: Promise<Knowledge>;
  timer: NodeJS.Timeout | undefined;
  reported: string | null;
  /** What was found on disk, while it could be. */
  disk: Observation['disk'] | undefined;
}

/** Judges lifecycles while they pass: a moment after the answer, and again when it is over. */
export class LifecycleJudge {
  readonly #options: LifecycleJudgeOptions;
  readonly #watch: LifecycleWatch;
  readonly #cases = new Map<WatchedLifecycle, Case>();
  readonly #judging = new Set<Promise<void>>();
  readonly #cut = new Set<string>();
  #identity: ServerIdentity = identityOf('');
  #codexHome: string;

  constructor(options: LifecycleJudgeOptions) {
    this.#options = options;
    this.#codexHome = options.codexHome;
    this.#watch = new LifecycleWatch({
      answered: (watched) => this.#answered(watched),
      over: (watched) => this.#over(watched),
    });
  }

  add(entry: TranscriptEntry): void {
    const userAgent = memberAt(entry.message, 'result', 'userAgent');
    if (entry.direction === 'received' && typeof userAgent === 'string') {
      this.#identity = identityOf(userAgent);
      this.#options.onServer(this.#identity);
      const home = memberAt(entry.message, 'result', 'codexHome');
      if (typeof home === 'string' && existsSync(home)) this.#codexHome = home;
    }
    this.#watch.add(entry);
  }

  /** We cut this connection ourselves: what does not come is no fault of the server. */
  cut(connection: string): void {
    this.#cut.add(connection);
  }

  closed(connection: string): void {
    this.#watch.closed(connection);
  }

  /** Judges what is left. Fulfils when all is judged. */
  async end(): Promise<void> {
    this.#watch.end();
    while (this.#judging.size > 0) await Promise.all(this.#judging);
  }

  #answered(watched: WatchedLifecycle): void {
    const known = this.#case(watched);
    known.timer = setTimeout(() => this.#judge(watched, known, 'quiet'), QUIET_MS);
  }

  #over(watched: WatchedLifecycle): void {
    const known = this.#case(watched);
    clearTimeout(known.timer);
    this.#cases.delete(watched);
    const wasCut = watched.over === 'closed' && known.reported === null && watched.answer !== null;
    this.#judge(watched, known, wasCut ? 'closed' : null);
  }

  #case(watched: WatchedLifecycle): Case {
    const before = this.#cases.get(watched);
    if (before) return before;
    const { startedAt } = this.#options;
    const knowledge = knowledgeOf(watched, this.#identity.version, this.#codexHome, startedAt);
    const made: Case = { knowledge, timer: undefined, reported: null, disk: undefined };
    this.#cases.set(watched, made);
    void knowledge.then((known) => this.#options.onKnowledge(watched, known));
    return made;
  }

  #judge(watched: WatchedLifecycle, known: Case, how: 'quiet' | 'closed' | null): void {
    const judging = known.knowledge.then((knowledge) => {
      const hasUsage = watched.entries.some(
        ({ message }) => memberAt(message, 'method') === 'thread/tokenUsage/updated',
      );
      const ending = how === 'closed' && hasUsage ? null : how;
      known.disk = this.#diskOf(watched, knowledge) ?? known.disk;
      const disk = known.disk ?? { unknown: 'the thread went on' };
      const watching = { identity: this.#identity, yardstick: 'contract' as const, ending, quietMs: QUIET_MS, disk };
      const asItCame = lifecycleVerdict(watched, knowledge, watching);
      const isOurs = this.#cut.has(watched.request.connection) && known.reported === null && hasFailed(asItCame);
      const verdict = isOurs ? { ...asItCame, judged: CUT } : asItCame;
      const summary = summaryOf(verdict);
      if (summary !== known.reported) this.#options.onVerdict(verdict);
      known.reported = summary;
    });
    const settled = judging.catch(() => {}).then(() => void this.#judging.delete(settled));
    this.#judging.add(settled);
  }

  /** Whether the rollout gained usage by being loaded; undefined where turns run, since it gains usage by these anyway. */
  #diskOf(watched: WatchedLifecycle, knowledge: Knowledge): Observation['disk'] | undefined {
    if ('unknown' in knowledge || watched.over === 'next' || hasTurns(watched)) return undefined;
    try {
      const since = this.#options.startedAt + watched.request.atMs;
      const grown = rolloutsThatMustNotGrow(watched, knowledge)
        .map((path) => ({ path, gained: tokenCountsSince(path, since) }))
        .filter(({ gained }) => gained > 0);
      const persistenceFaults = grown.map(({ path, gained }) => ({
        expected: 'no new token_count',
        actual: `${path} gained ${gained}`,
      }));
      const second = { kind: 'not made', reason: 'it was a client that asked' } as const;
      return { persistenceFaults, second };
    } catch (error) {
      return { unknown: `the rollout cannot be read: ${(error as Error).message}` };
    }
  }
}

/** The rollout, and that of a paginated fork; a legacy fork is a copy, which holds the usage of its source. */
function rolloutsThatMustNotGrow(
  { lifecycle, answer }: WatchedLifecycle,
  { path, expectations }: Extract<Knowledge, { path: string }>,
): string[] {
  const forked = memberAt(answer?.message, 'result', 'thread', 'path');
  const isOwn = lifecycle === 'fork' && expectations.restored.historyMode === 'paginated';
  return isOwn && typeof forked === 'string' ? [path, forked] : [path];
}

function hasFailed({ judged }: LifecycleVerdict): boolean {
  return 'judgement' in judged && judged.judgement.verdict === 'fail';
}

/** What of a verdict is worth telling again when it changes. */
function summaryOf({ judged }: LifecycleVerdict): string {
  if ('unknown' in judged) return judged.unknown;
  const failed = judged.judgement.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  return `${judged.judgement.verdict === 'fail'} ${failed}`;
}
