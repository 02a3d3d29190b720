import { type CodexVersion, isAtLeast } from './version.ts';

/** What differs between versions in how a turn ends (docs/codex.md 6.1). */
export interface EndingRules {
  /** A `turn_aborted` closes the open turn, and leaves alone one that a `task_started` opened with another id. */
  readonly abortCloses: boolean;
  /** A `task_complete` with an `error` makes its turn a failed one. */
  readonly completionFails: boolean;
}

/**
 * What differs between released versions in resume and fork. A version has the values of the newest row that is not
 * newer than itself, and of the rows before that for what it does not say. A new Codex version is one more row. The
 * numbers are those of docs/codex.md, which says what was measured.
 */
export interface Era extends EndingRules {
  /** Restored usage is sent to the client (8.1). */
  readonly replaysUsage: boolean;
  /** A cold resume announces `thread/status/changed` before it answers (8.1). */
  readonly announcesStatus: boolean;
  /** A resume ends with `thread/goal/cleared` (8.1). */
  readonly clearsGoal: boolean;
  /** Full turns of a paginated thread are answered with a `deprecationNotice` before (8.1). */
  readonly deprecatesFullTurns: boolean;
  /** `excludeTurns` is known: the answer has no turns (8.6). */
  readonly knowsExcludeTurns: boolean;
  /** `lastTurnId` and `beforeTurnId` of a fork are known (8.5). */
  readonly knowsLastTurnId: boolean;
  readonly knowsBeforeTurnId: boolean;
  /** A client's turns are rebuilt only from what a legacy rollout keeps today (6.3). */
  readonly filtersTurns: boolean;
  /** `history_mode: paginated` is not known, refused, or followed (8.2). */
  readonly paginated: 'unknown' | 'refused' | 'followed';
  /** Where the answer has no turns, usage names the turn that was open at its record; before, no turn at all (7.3). */
  readonly namesOpenTurn: boolean;
  /** A cold resume sends no usage that it can name no turn for (7.3). */
  readonly dropsOwnerlessUsage: boolean;
  /** A fork or a rejoin whose answer has no turns sends no usage (7.3). */
  readonly dropsUsageWithoutTurns: boolean;
  /** A rejoin of a paginated thread does not know whose the usage is: the last turn that came to an end gets it (8.8). */
  readonly rejoinGuessesOwner: boolean;
  /** A cold resume of a paginated thread sends usage although the client wants no turns (8.6). */
  readonly replaysWithoutTurns: boolean;
  /** A paginated thread is read from its last resumable compaction on: what stands before is not known (8.4). */
  readonly startsAtCompaction: boolean;
  /** A cold resume of a paginated thread that was forked sends no usage (8.7). */
  readonly holdsBackForks: boolean;
  /** What resume answers when the session_meta names no model provider; null: nothing is wrong with that (8.3). */
  readonly missingProvider: string | null;
  /** Resume needs the first line to be the session_meta (8.3). */
  readonly needsFirstLine: boolean;
  /** A rollout is loaded in one go, or its head first (8.2). */
  readonly reading: 'whole file' | 'head first';
  /** At which step a rollout without a session_meta at its head fails, and one with invalid UTF-8 (8.2). */
  readonly headStep: string;
  readonly badUtf8Step: string;
  /** A breakdown on the wire has `cacheWriteInputTokens` (3.2). */
  readonly sendsCacheWrite: boolean;
}

const rows: readonly (readonly [CodexVersion, Partial<Era>])[] = [
  [
    [0, 98, 0],
    {
      replaysUsage: false,
      announcesStatus: false,
      clearsGoal: false,
      deprecatesFullTurns: false,
      knowsExcludeTurns: false,
      knowsLastTurnId: false,
      knowsBeforeTurnId: false,
      filtersTurns: false,
      abortCloses: false,
      completionFails: false,
      paginated: 'unknown',
      namesOpenTurn: false,
      dropsOwnerlessUsage: false,
      dropsUsageWithoutTurns: false,
      rejoinGuessesOwner: true,
      replaysWithoutTurns: false,
      startsAtCompaction: false,
      holdsBackForks: false,
      missingProvider: null,
      needsFirstLine: false,
      reading: 'whole file',
      headStep: '',
      badUtf8Step: '',
      sendsCacheWrite: false,
    },
  ],
  [[0, 110, 0], { announcesStatus: true }],
  [[0, 122, 0], { replaysUsage: true }],
  [[0, 125, 0], { knowsExcludeTurns: true }],
  [[0, 128, 0], { reading: 'head first', headStep: 'read thread', badUtf8Step: 'load thread history' }],
  [[0, 129, 0], { filtersTurns: true }],
  [[0, 136, 0], { clearsGoal: true, missingProvider: 'failed to load configuration: Model provider `` not found' }],
  [
    [0, 143, 0],
    {
      paginated: 'refused',
      knowsLastTurnId: true,
      headStep: 'read session metadata',
      badUtf8Step: 'read session metadata',
    },
  ],
  [
    [0, 145, 0],
    { paginated: 'followed', completionFails: true, sendsCacheWrite: true, badUtf8Step: 'load thread history' },
  ],
  [[0, 147, 0], { namesOpenTurn: true, dropsOwnerlessUsage: true, replaysWithoutTurns: true }],
  [[0, 150, 0], { needsFirstLine: true, knowsBeforeTurnId: true }],
  [[0, 160, 0], { deprecatesFullTurns: true, startsAtCompaction: true }],
  [
    [0, 166, 0],
    {
      holdsBackForks: true,
      dropsUsageWithoutTurns: true,
      missingProvider:
        'This chat uses model provider “”, which is no longer configured. Restore this provider’s configuration to continue.',
    },
  ],
  [[0, 169, 0], { abortCloses: true }],
];

/** The rules of a version, from 0.98.0 on (docs/codex.md 8). */
export function eraOf(version: CodexVersion): Era {
  const held = rows.filter(([since]) => isAtLeast(version, since)).map(([, changes]) => changes);
  return Object.assign({}, ...held) as Era;
}
