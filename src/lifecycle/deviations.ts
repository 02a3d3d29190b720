import { type Era, eraOf } from '../codex/era.ts';
import { type CodexVersion, formatCodexVersion, isAtLeast } from '../codex/version.ts';
import type { RolloutHistory } from '../history/read-history.ts';
import { fork, rejoin, resume } from './lifecycle.ts';
import type { Lifecycle, LifecycleParams, Outcome } from './outcome.ts';

/**
 * The contract: if a rollout, or its lineage, holds usage, then resume, rejoin and fork answer and send it, once, to
 * the requester, owned by the right turn; unless the client opted out, or asked for no turns where that means no usage.
 *
 * A deviation is a way in which some versions differ from it, always and for a known reason. `mended` is what the
 * version would do otherwise: so a deviation touches a rollout if the outcome changes when it is mended.
 */
interface DeviationRow {
  readonly id: string;
  /** The first version that has it; null: all the way back. */
  readonly since: CodexVersion | null;
  /** The first version without it; null: none yet. */
  readonly until: CodexVersion | null;
  readonly message: string;
  /** What a client can do about it. */
  readonly advice: string;
  readonly mended: Partial<Era>;
}

const rows: readonly DeviationRow[] = [
  {
    id: 'no-replay',
    since: null,
    until: [0, 122, 0],
    message: 'restored usage is not sent: replay exists since 0.122.0',
    advice: 'use Codex 0.122.0 or newer',
    mended: { replaysUsage: true },
  },
  {
    id: 'exclude-turns-unknown',
    since: null,
    until: [0, 125, 0],
    message: 'excludeTurns is not known: turns and usage are sent all the same',
    advice: 'leave excludeTurns out, or use Codex 0.125.0 or newer',
    mended: { knowsExcludeTurns: true },
  },
  {
    id: 'paginated-refused',
    since: [0, 143, 0],
    until: [0, 145, 0],
    message: 'paginated rollouts are refused',
    advice: 'use Codex 0.145.0 or newer',
    mended: { paginated: 'followed' },
  },
  {
    id: 'provider-needed',
    since: [0, 136, 0],
    until: null,
    message: 'a rollout whose session_meta names no model provider cannot be resumed, only forked',
    advice: 'fork the thread, which works',
    mended: { missingProvider: null },
  },
  {
    id: 'first-line-needed',
    since: [0, 150, 0],
    until: null,
    message: 'a rollout that does not begin with its session_meta cannot be resumed, only forked',
    advice: 'fork the thread, which works',
    mended: { needsFirstLine: false },
  },
  {
    id: 'empty-turn-id',
    since: null,
    until: [0, 147, 0],
    message: 'usage of a thread without turns is sent with an empty turnId',
    advice: 'use Codex 0.147.0 or newer, or take the usage without its turn',
    mended: { namesOpenTurn: true },
  },
  {
    id: 'ownerless-usage-dropped',
    since: [0, 147, 0],
    until: null,
    message: 'a cold resume sends no usage that belongs to no turn',
    advice: 'read the usage from the rollout: rollout-inspect usage',
    mended: { dropsOwnerlessUsage: false },
  },
  {
    id: 'turnless-usage-dropped',
    since: [0, 166, 0],
    until: null,
    message: 'a fork or a rejoin without turns sends no usage',
    advice: 'read the usage from the rollout: rollout-inspect usage',
    mended: { dropsUsageWithoutTurns: false },
  },
  {
    id: 'exclude-turns-no-replay',
    since: [0, 145, 0],
    until: [0, 147, 0],
    message: 'a cold resume with excludeTurns sends no usage, of paginated threads neither',
    advice: 'ask for the turns, or use Codex 0.147.0 or newer',
    mended: { replaysWithoutTurns: true },
  },
  {
    id: 'compaction-forgets',
    since: [0, 160, 0],
    until: null,
    message:
      'a paginated thread is read from its last compaction on: usage is attributed to its first turn, or not sent when no record follows',
    advice: 'take the numbers without the turn; where none came read them from the rollout: rollout-inspect usage',
    mended: { startsAtCompaction: false },
  },
  {
    id: 'rejoin-guesses-turn',
    since: [0, 145, 0],
    until: null,
    message: 'a rejoin of a paginated thread attributes usage to its last turn that came to an end',
    advice: 'take the numbers without the turn',
    mended: { rejoinGuessesOwner: false },
  },
  {
    id: 'fork-resume-no-replay',
    since: [0, 166, 0],
    until: null,
    message: 'a cold resume of a forked paginated thread sends no usage, though it restores it',
    advice: 'fork the thread, or rejoin it while it runs: both send the usage',
    mended: { holdsBackForks: false },
  },
];

/** A deviation as it is told. */
export interface Deviation {
  readonly id: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly message: string;
  readonly advice: string;
}

const paths: Readonly<Record<Lifecycle, (history: RolloutHistory, era: Era, params: LifecycleParams) => Outcome>> = {
  resume,
  rejoin,
  fork,
};

/** What Codex `version` really does: the contract and the version's deviations. */
export function versionOutcome(
  history: RolloutHistory,
  lifecycle: Lifecycle,
  version: CodexVersion,
  params: LifecycleParams = {},
): Outcome {
  return paths[lifecycle](history, eraOf(version), params);
}

/** What Codex `version` owes by the contract. */
export function contractOutcome(
  history: RolloutHistory,
  lifecycle: Lifecycle,
  version: CodexVersion,
  params: LifecycleParams = {},
): Outcome {
  const mended = Object.assign({}, eraOf(version), ...deviationsOf(version).map((row) => row.mended));
  return paths[lifecycle](history, mended, params);
}

/** The deviations of a version that change what happens with this rollout. */
export function touchingDeviations(
  history: RolloutHistory,
  lifecycle: Lifecycle,
  version: CodexVersion,
  params: LifecycleParams = {},
): Deviation[] {
  const real = gist(versionOutcome(history, lifecycle, version, params));
  const era = eraOf(version);
  return deviationsOf(version)
    .filter(({ mended }) => gist(paths[lifecycle](history, { ...era, ...mended }, params)) !== real)
    .map(({ id, since, until, message, advice }) => ({
      id,
      since: since && formatCodexVersion(since),
      until: until && formatCodexVersion(until),
      message,
      advice,
    }));
}

function deviationsOf(version: CodexVersion): DeviationRow[] {
  return rows.filter(
    ({ since, until }) => !(since && !isAtLeast(version, since)) && !(until && isAtLeast(version, until)),
  );
}

/** What of an outcome a client's usage depends on. */
function gist({ error, usage }: Outcome): string {
  return `${error?.code} ${usage?.turnId} ${usage?.tokenUsage.total.totalTokens}`;
}
