import type { Era } from './era.ts';
import { type CodexVersion, isWithin, type VersionSpan } from './version.ts';

/**
 * The contract: if a rollout, or its lineage, holds usage, then resume, rejoin and fork answer and send it, once, to
 * the requester, owned by the right turn; unless the client opted out, or asked for no turns where that means no usage.
 *
 * A deviation is a way in which some versions differ from it, always and for a known reason. `mended` is what the
 * version would do otherwise: so a deviation touches a rollout if the outcome changes when it is mended.
 */
export interface DeviationRow extends VersionSpan {
  readonly id: string;
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
    mended: { paginated: 'followed', forksPaginated: true, followsHistoryBase: true },
  },
  {
    id: 'paginated-fork-refused',
    since: [0, 145, 0],
    until: [0, 146, 0],
    message: 'paginated threads cannot be forked',
    advice: 'use Codex 0.146.0 or newer',
    mended: { forksPaginated: true },
  },
  {
    id: 'archived-not-found',
    since: null,
    until: [0, 128, 0],
    message: 'an archived thread is not found',
    advice: 'unarchive it first: move its rollout from archived_sessions back below sessions',
    mended: { archived: 'opened' },
  },
  {
    id: 'archived-refused',
    since: [0, 136, 0],
    until: null,
    message: 'an archived thread is neither resumed nor forked',
    advice: 'unarchive it first: codex unarchive THREAD',
    mended: { archived: 'opened' },
  },
  {
    id: 'v2-sub-agent-needs-parent',
    since: [0, 150, 0],
    until: null,
    message: 'a sub-agent of multi-agent v2 cannot be resumed while its parent is not loaded',
    advice: 'resume the parent first, or fork the sub-agent',
    mended: { v2SubAgentsNeedParent: false },
  },
  {
    id: 'provider-needed',
    since: [0, 129, 0],
    until: null,
    message: 'a rollout whose session_meta names no model provider cannot be resumed, only forked',
    advice: 'fork the thread, which works',
    mended: { missingProvider: null },
  },
  {
    id: 'provider-change-refused',
    since: [0, 166, 0],
    until: null,
    message:
      'a thread is not resumed where the model provider of its last settings, before 0.169 the configured one, is another than that of its session_meta; of a paginated one only the first attempt in a home fails',
    advice:
      'resume it again, or fork it, which works; or have its session_meta name the provider of its last settings, before 0.169 switch to its own',
    mended: { providerChange: null },
  },
  {
    id: 'mismatched-id-refused',
    since: [0, 171, 0],
    until: null,
    message:
      'a paginated rollout whose session_meta names another thread than its file name cannot be resumed, only forked',
    advice: 'fork the thread, which works, or give the file the name of the thread',
    mended: { refusesMismatchedId: false },
  },
  {
    id: 'first-line-needed',
    since: [0, 145, 0],
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
    since: [0, 145, 0],
    until: null,
    message:
      'a paginated thread is read from its last compaction on: usage is attributed to its first turn, or not sent when no record follows',
    advice: 'take the numbers without the turn; where none came read them from the rollout: rollout-inspect usage',
    mended: { startsAtCompaction: 'never' },
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

/** The deviations that a version has. */
export function deviationsOf(version: CodexVersion): DeviationRow[] {
  return rows.filter((row) => isWithin(version, row));
}
