import { type CodexVersion, isAtLeast } from './version.ts';

/** What differs between versions in how turns are rebuilt from records (docs/codex.md 6.1, 6.2). */
export interface TurnRules {
  /** A `turn_aborted` closes the open turn, and leaves alone one that a `task_started` opened with another id. */
  readonly abortCloses: boolean;
  /** A `task_complete` with an `error` makes its turn a failed one. */
  readonly completionFails: boolean;
}

/**
 * What differs between released versions in resume, rejoin and fork. A version has the values of the newest row that is
 * not newer than itself, and of the rows before that for what it does not say. A new Codex version is one more row. The
 * numbers are those of docs/codex.md, which says what was measured.
 */
export interface Era extends TurnRules {
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
  /** A paginated thread can be forked (8.2). */
  readonly forksPaginated: boolean;
  /** A paginated fork's history goes on in the rollouts that it refers to (4.2). */
  readonly followsHistoryBase: boolean;
  /** A thread may have several rollouts, after `thread/revert`; the newest is its head (5.3). */
  readonly knowsGenerations: boolean;
  /** How lines are put into the database of turns by their ordinals (6.4). */
  readonly ordinals:
    | 'contiguous'
    /** Lines that do not decode may have had the ordinals that are missing. */
    | 'contiguous but for dropped lines'
    /** A line that does not go on from the highest ordinal is passed over itself. */
    | 'growing';
  /** A turn in the database that has ended is changed by what is said of it later (6.4). */
  readonly endedTurnsChange: boolean;
  /** A resume needs the last record of a paginated rollout to have an ordinal (6.4). */
  readonly needsLastOrdinal: boolean;
  /** What a fork of a rollout without any ordinal is refused with. */
  readonly noOrdinalProblem: string;
  /** The usage of a legacy fork is owned by the turn that its source calls so, although the copy may call another so (7.2). */
  readonly namesOwnerAsSource: boolean;
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
  /** When a paginated thread is read only from its last resumable compaction on (8.4). */
  readonly startsAtCompaction: 'never' | 'with a later turn' | 'always';
  /** A cold resume of a paginated thread that was forked sends no usage (8.7). */
  readonly holdsBackForks: boolean;
  /** What resume answers when no model provider is named; null: nothing is wrong with that (8.3). */
  readonly missingProvider: string | null;
  /** The provider is that of the last `thread_settings_applied`, if there is one (8.3). */
  readonly takesProviderFromSettings: boolean;
  /**
   * What a resume is refused with when the provider of the thread is not the one that it is compared with; null: it is not
   * (8.3). `$THREAD` and `$OTHER` stand for the two.
   */
  readonly providerChange: string | null;
  /** What the provider of a thread is compared with on resume: that of its last settings, or of the configuration (8.3). */
  readonly providerIsThatOf: 'settings' | 'configuration';
  /** Resume needs the first line to be the session_meta (8.3). */
  readonly needsFirstLine: boolean;
  /** What a `response_item` in front of the session_meta does (1.4). */
  readonly itemBeforeMeta: 'refuses resume' | 'allowed' | 'refuses all';
  /** What a resume or a fork does with an archived thread (5.4). */
  readonly archived: 'not found' | 'opened' | 'refused';
  /** A sub-agent of multi-agent v2 resumes only after its parent (8.9). */
  readonly v2SubAgentsNeedParent: boolean;
  /** A guardian reviewer cannot be rejoined (8.9). */
  readonly refusesGuardianRejoin: boolean;
  /** A paginated rollout whose session_meta names another thread than its file name is not resumed (8.3). */
  readonly refusesMismatchedId: boolean;
  /** A rollout that a link brings in from outside the home cannot be forked (5.5). */
  readonly refusesLinkedFork: boolean;
  /** A resume shows a turn that has not ended as interrupted; before, as in progress (8.1). */
  readonly interruptsStaleTurns: boolean;
  /** A fork ends the turn that its source had not ended, and shows it as interrupted (8.5). */
  readonly endsForkedTurns: boolean;
  /** A rollout is loaded in one go, or its head first (8.2). */
  readonly reading: 'whole file' | 'head first';
  /** The head goes on to the first message of the user: what is wrong up to there fails at its step (8.2). */
  readonly readsHeadToMessage: boolean;
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
      forksPaginated: false,
      followsHistoryBase: false,
      knowsGenerations: false,
      ordinals: 'contiguous',
      endedTurnsChange: true,
      needsLastOrdinal: false,
      noOrdinalProblem: '',
      namesOwnerAsSource: false,
      namesOpenTurn: false,
      dropsOwnerlessUsage: false,
      dropsUsageWithoutTurns: false,
      rejoinGuessesOwner: true,
      replaysWithoutTurns: false,
      startsAtCompaction: 'never',
      holdsBackForks: false,
      missingProvider: null,
      takesProviderFromSettings: false,
      providerChange: null,
      providerIsThatOf: 'settings',
      needsFirstLine: false,
      itemBeforeMeta: 'refuses resume',
      archived: 'not found',
      v2SubAgentsNeedParent: false,
      refusesGuardianRejoin: false,
      refusesMismatchedId: false,
      refusesLinkedFork: false,
      interruptsStaleTurns: false,
      endsForkedTurns: false,
      reading: 'whole file',
      readsHeadToMessage: false,
      headStep: '',
      badUtf8Step: '',
      sendsCacheWrite: false,
    },
  ],
  [[0, 110, 0], { announcesStatus: true }],
  [[0, 114, 0], { interruptsStaleTurns: true }],
  [[0, 117, 0], { endsForkedTurns: true }],
  [[0, 122, 0], { replaysUsage: true }],
  [[0, 125, 0], { knowsExcludeTurns: true }],
  [
    [0, 128, 0],
    {
      reading: 'head first',
      readsHeadToMessage: true,
      headStep: 'read thread',
      badUtf8Step: 'load thread history',
      itemBeforeMeta: 'allowed',
      archived: 'opened',
    },
  ],
  [[0, 129, 0], { filtersTurns: true, missingProvider: 'failed to load configuration: Model provider `` not found' }],
  [[0, 133, 0], { clearsGoal: true }],
  [[0, 136, 0], { archived: 'refused' }],
  [
    [0, 143, 0],
    {
      paginated: 'refused',
      knowsLastTurnId: true,
      namesOwnerAsSource: true,
      readsHeadToMessage: false,
      headStep: 'read session metadata',
      badUtf8Step: 'read session metadata',
      itemBeforeMeta: 'refuses all',
    },
  ],
  [[0, 144, 3], { takesProviderFromSettings: true }],
  [
    [0, 145, 0],
    {
      paginated: 'followed',
      sendsCacheWrite: true,
      badUtf8Step: 'load thread history',
      needsFirstLine: true,
      needsLastOrdinal: true,
      knowsBeforeTurnId: true,
      startsAtCompaction: 'with a later turn',
    },
  ],
  [[0, 146, 0], { endedTurnsChange: false, completionFails: true, forksPaginated: true, followsHistoryBase: true }],
  [
    [0, 147, 0],
    {
      namesOwnerAsSource: false,
      namesOpenTurn: true,
      dropsOwnerlessUsage: true,
      replaysWithoutTurns: true,
      ordinals: 'contiguous but for dropped lines',
    },
  ],
  [[0, 148, 0], { knowsGenerations: true }],
  [[0, 150, 0], { v2SubAgentsNeedParent: true }],
  [[0, 151, 0], { deprecatesFullTurns: true }],
  [[0, 154, 0], { ordinals: 'growing', noOrdinalProblem: 'cutoff cannot include source session metadata' }],
  [[0, 155, 0], { refusesGuardianRejoin: true }],
  [[0, 157, 0], { startsAtCompaction: 'always' }],
  [
    [0, 166, 0],
    {
      holdsBackForks: true,
      dropsUsageWithoutTurns: true,
      providerIsThatOf: 'configuration',
      providerChange: 'This chat uses $THREAD, but your current provider is $OTHER. Switch to $THREAD to continue.',
      missingProvider:
        'This chat uses model provider “”, which is no longer configured. Restore this provider’s configuration to continue.',
    },
  ],
  [
    [0, 169, 0],
    {
      abortCloses: true,
      providerIsThatOf: 'settings',
      providerChange:
        "failed to load configuration: Cannot change this thread's model provider from `$THREAD` to `$OTHER` on resume.",
      refusesLinkedFork: true,
      noOrdinalProblem: 'fork boundary is outside inherited source history',
    },
  ],
  [[0, 171, 0], { refusesMismatchedId: true }],
];

/** The rules of a version, from 0.98.0 on (docs/codex.md 8). */
export function eraOf(version: CodexVersion): Era {
  const known = eras.get(version);
  if (known) return known;
  const held = rows.filter(([since]) => isAtLeast(version, since)).map(([, changes]) => changes);
  const era = Object.assign({}, ...held) as Era;
  eras.set(version, era);
  return era;
}

const eras = new WeakMap<CodexVersion, Era>();
