import type { Era } from './era.ts';

/** What a client sees of each rule of an era where its value changes. In brackets: the section of docs/codex.md. */
const sentences: Readonly<Record<keyof Era, string>> = {
  abortCloses: 'whether an aborted turn is closed, and what an abort of an unknown turn does (6.2)',
  completionFails: 'whether a turn that completes with an error is a failed one (6.2)',
  replaysUsage: 'whether restored usage is sent to the client (8.1)',
  announcesStatus: 'whether thread/status/changed comes before the answer to a cold resume (8.1)',
  clearsGoal: 'whether a resume ends with thread/goal/cleared (8.1)',
  deprecatesFullTurns: 'whether a deprecationNotice comes before the full turns of a paginated thread (8.1)',
  knowsExcludeTurns: 'whether excludeTurns is known (8.6)',
  knowsLastTurnId: 'whether a fork knows lastTurnId (8.5)',
  knowsBeforeTurnId: 'whether a fork knows beforeTurnId (8.5)',
  filtersTurns: 'which records of a legacy rollout the turns of an answer are rebuilt from (6.3)',
  paginated: 'whether a paginated rollout is read like a legacy one, refused, or followed (8.2)',
  forksPaginated: 'whether a paginated thread can be forked (8.2)',
  followsHistoryBase: 'whether the history of a paginated fork goes on in the rollout of its parent (4.2)',
  knowsGenerations: 'whether a thread may have several rollouts, of which the newest is opened (5.3)',
  ordinals: 'what a gap in the ordinals of a paginated rollout does (6.4)',
  endedTurnsChange: 'whether a turn of a paginated thread that has ended is changed by what is said of it later (6.4)',
  needsLastOrdinal: 'whether the last record of a paginated rollout must have an ordinal (6.4)',
  noOrdinalProblem: 'how a fork of a paginated rollout without ordinals ends (6.4)',
  namesOwnerAsSource:
    'which turn the usage of a legacy fork is attributed to where its turns have no ids of their own (7.2)',
  namesOpenTurn: 'which turn usage is attributed to where the answer has no turns (7.3)',
  dropsOwnerlessUsage: 'whether a cold resume sends usage that belongs to no turn (7.3)',
  dropsUsageWithoutTurns: 'whether a fork or a rejoin without turns sends usage (7.3)',
  rejoinGuessesOwner: 'which turn a rejoin of a paginated thread attributes usage to (8.8)',
  replaysWithoutTurns: 'whether a cold resume of a paginated thread with excludeTurns sends usage (8.6)',
  startsAtCompaction: 'from which compaction on a paginated thread is read (8.4)',
  holdsBackForks: 'whether a cold resume of a forked paginated thread sends usage (8.7)',
  missingProvider: 'whether a resume needs a model provider that is configured, and what it says otherwise (8.3)',
  takesProviderFromSettings: 'which record names the model provider (8.3)',
  providerChange:
    'whether a resume is refused when the model provider is not that of the thread, and with which words (8.3)',
  providerIsThatOf:
    'whether a resume compares the model provider of the thread with that of its last settings, or with the configured one (8.3)',
  needsFirstLine: 'whether a resume needs the session_meta to be the first line (8.3)',
  itemBeforeMeta: 'what a response_item in front of the session_meta does (1.4)',
  archived: 'what becomes of an archived thread (5.4)',
  v2SubAgentsNeedParent: 'whether a sub-agent of multi-agent v2 can be resumed before its parent (8.9)',
  refusesGuardianRejoin: 'whether a guardian reviewer can be rejoined (8.9)',
  refusesMismatchedId:
    'whether a paginated rollout is resumed whose session_meta names another thread than its file (8.3)',
  refusesLinkedFork: 'whether a rollout from outside the home can be forked by way of a link (5.5)',
  interruptsStaleTurns: 'whether a resume shows a turn that has not ended as interrupted (8.1)',
  endsForkedTurns: 'whether a fork ends the turn that its source had not ended (8.5)',
  reading: 'how an error says that a rollout cannot be loaded (8.2)',
  readsHeadToMessage: 'how an error says that a rollout holds invalid UTF-8 near its head (8.2)',
  headStep: 'how an error says that a rollout has no session_meta at its head (8.2)',
  badUtf8Step: 'how an error says that a rollout holds invalid UTF-8 (8.2)',
  sendsCacheWrite: 'whether usage on the wire has cacheWriteInputTokens (3.2)',
};

/** The rules whose values differ between two eras. */
export function differingRules(one: Era, other: Era): (keyof Era)[] {
  return (Object.keys(sentences) as (keyof Era)[]).filter((rule) => one[rule] !== other[rule]);
}

/** What a rule is about, in a sentence without its end. */
export function ruleSentence(rule: keyof Era): string {
  return sentences[rule];
}
