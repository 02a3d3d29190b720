import type { Era } from '../codex/era.ts';
import type { TokenUsageInfo } from '../codex/records/token-count.ts';
import { attribute } from '../turns/attribution.ts';
import type { ContextView } from '../turns/context-view.ts';
import { LazyList } from '../turns/lazy-list.ts';
import type { Turn } from '../turns/turn.ts';
import type { UsageOwner } from '../turns/turn-builder.ts';
import { interruptStale } from '../turns/turn-projection.ts';
import { toWire } from '../wire/thread-token-usage.ts';
import { cutError } from './cut-error.ts';
import { clientTurns, forkedTurns, type HistoryFacts } from './facts.ts';
import {
  archivedError,
  forkError,
  lineageError,
  loadError,
  providerChangeError,
  resumeError,
  sourceError,
} from './load-error.ts';
import {
  homeOf,
  invalidRequest,
  type LifecycleError,
  type LifecycleMessage,
  type LifecycleParams,
  type Outcome,
  type ReplayedUsage,
} from './outcome.ts';

const noTurns = LazyList.of<Turn>([]);

/**
 * What an app-server of this era does when a client sends `thread/resume` for a thread that is not running
 * (docs/codex.md 8). `path`: the rollout's, as the server knows it.
 */
export function resume(
  facts: HistoryFacts,
  era: Era,
  params: LifecycleParams = {},
  path = facts.history.path,
): Outcome {
  return (
    resumeRefusal(facts, era, params, path) ??
    providerRefusal(facts, era, params, homeOf(params)) ??
    loaded(facts, era, params)
  );
}

/** What a cold resume answers when nothing stands against it. */
function loaded(facts: HistoryFacts, era: Era, params: LifecycleParams): Outcome {
  const turns = withoutTurns(era, params) ? noTurns : resumedTurns(facts, era, params);
  const usage = resumedUsage(facts, turns, era, params);
  const messages: LifecycleMessage[] = [
    ...deprecation(facts, era, params),
    ...when(era.announcesStatus, 'thread/status/changed'),
    'RESPONSE',
    ...when(usage !== null, 'thread/tokenUsage/updated'),
    ...when(era.clearsGoal, 'thread/goal/cleared'),
  ];
  return answered(messages, usage, turns);
}

/**
 * The same for a thread that runs on this server already, since a cold resume loaded it, and is idle. One that cannot be
 * resumed cannot run, so that a second resume is a cold one too.
 */
export function rejoin(
  facts: HistoryFacts,
  era: Era,
  params: LifecycleParams = {},
  path = facts.history.path,
): Outcome {
  const refused = resumeRefusal(facts, era, params, path);
  if (refused) return refused;
  // Once a resume was tried, the home has met the thread.
  if (providerRefusal(facts, era, params, homeOf(params)))
    return providerRefusal(facts, era, params, 'used') ?? loaded(facts, era, params);
  if (era.refusesGuardianRejoin && facts.history.meta?.subagent === 'internal guardian') {
    const advice = 'use thread/read to inspect it, or resume after its parent is unloaded';
    const message = `cannot resume a live Guardian reviewer; ${advice}`;
    return refusal(invalidRequest(message), deprecation(facts, era, params));
  }
  const isWithoutTurns = withoutTurns(era, params);
  const turns = isWithoutTurns ? noTurns : resumedTurns(facts, era, params);
  const usage = isWithoutTurns ? null : rejoinedUsage(facts, turns, era, params);
  const messages: LifecycleMessage[] = [
    ...deprecation(facts, era, params),
    'RESPONSE',
    ...when(usage !== null, 'thread/tokenUsage/updated'),
    ...when(era.clearsGoal, 'thread/goal/cleared'),
  ];
  return answered(messages, usage, turns);
}

/** The same for `thread/fork`. */
export function fork(facts: HistoryFacts, era: Era, params: LifecycleParams = {}, path = facts.history.path): Outcome {
  const announcement = deprecation(facts, era, params);
  const cannotLoad = archivedError(facts, era) ?? loadError(facts, era, path);
  if (cannotLoad) return refusal(cannotLoad, []);
  if (facts.isPaginated && !era.forksPaginated) {
    return refusal({ code: -32601, message: 'paginated_threads is not supported yet' }, []);
  }
  const cannotFork = lineageError(facts) ?? cutError(facts, era, params) ?? forkError(facts, era);
  if (cannotFork) return refusal(cannotFork, announcement);

  const isWithoutTurns = withoutTurns(era, params);
  const turns = isWithoutTurns ? noTurns : forkedTurns(facts, homeOf(params));
  const usage = isWithoutTurns ? null : forkedUsage(facts, turns, era, params);
  const sent = when(usage !== null, 'thread/tokenUsage/updated');
  return answered([...announcement, 'RESPONSE', ...sent, 'thread/started'], usage, turns);
}

/** The turns become a list only when they are asked for: there may be very many. */
function answered(messages: readonly LifecycleMessage[], usage: ReplayedUsage | null, turns: LazyList<Turn>): Outcome {
  return {
    error: null,
    messages,
    usage,
    get turns() {
      return [...turns];
    },
    holdsTurn: (turnId) => turns.some(({ id }) => id === turnId),
  };
}

function resumeRefusal(facts: HistoryFacts, era: Era, params: LifecycleParams, path: string): Outcome | null {
  const cannotLoad =
    archivedError(facts, era) ?? loadError(facts, era, path) ?? lineageError(facts) ?? sourceError(facts, era, path);
  if (cannotLoad) return refusal(cannotLoad, []);
  const cannotResume = resumeError(facts, era, path);
  return cannotResume && refusal(cannotResume, deprecation(facts, era, params));
}

function providerRefusal(facts: HistoryFacts, era: Era, params: LifecycleParams, home: 'used' | 'new'): Outcome | null {
  const cannotResume = providerChangeError(facts, era, home, params.configuredProvider);
  return cannotResume && refusal(cannotResume, deprecation(facts, era, params));
}

function refusal(error: LifecycleError, before: readonly LifecycleMessage[]): Outcome {
  return { error, messages: [...before, 'ERROR'], usage: null, turns: [], holdsTurn: () => false };
}

function deprecation(facts: HistoryFacts, era: Era, params: LifecycleParams): LifecycleMessage[] {
  return when(era.deprecatesFullTurns && !withoutTurns(era, params) && facts.isPaginated, 'deprecationNotice');
}

function withoutTurns(era: Era, { excludeTurns = false }: LifecycleParams): boolean {
  return era.knowsExcludeTurns && excludeTurns;
}

function when(holds: boolean, message: LifecycleMessage): LifecycleMessage[] {
  return holds ? [message] : [];
}

/** The turns that a resume shows. */
function resumedTurns(facts: HistoryFacts, era: Era, params: LifecycleParams): LazyList<Turn> {
  const turns = clientTurns(facts, homeOf(params));
  return era.interruptsStaleTurns ? interruptStale(turns) : turns;
}

/** Usage after a cold resume. What belongs to no turn is not sent, but for old versions, which send an empty id. */
function resumedUsage(
  facts: HistoryFacts,
  turns: LazyList<Turn>,
  era: Era,
  params: LifecycleParams,
): ReplayedUsage | null {
  const { isPaginated, context, history } = facts;
  if (withoutTurns(era, params) && !(isPaginated && era.replaysWithoutTurns)) return null;
  if (isPaginated && era.holdsBackForks && history.meta?.forked_from_id) return null;
  const view = context.view(era.startsAtCompaction);
  const turnId = ownerAmong(view.owner, turns, era);
  return turnId === '' && era.dropsOwnerlessUsage ? null : sent(view.usage, turnId, era, params);
}

/** Usage of a running thread: what the cold resume restored. */
function rejoinedUsage(
  { isPaginated, context }: HistoryFacts,
  turns: LazyList<Turn>,
  era: Era,
  params: LifecycleParams,
): ReplayedUsage | null {
  const view = context.view(era.startsAtCompaction);
  const guesses = era.rejoinGuessesOwner && isPaginated && era.paginated === 'followed';
  const turnId = guesses ? (attribute(null, turns) ?? '') : ownerAmong(view.owner, turns, era);
  if (turnId === '' && era.dropsUsageWithoutTurns) return null;
  return sent(view.usage, turnId, era, params);
}

function forkedUsage(
  facts: HistoryFacts,
  turns: LazyList<Turn>,
  era: Era,
  params: LifecycleParams,
): ReplayedUsage | null {
  const { isPaginated, fork: forked } = facts;
  const view: ContextView = isPaginated ? forked.context.view(era.startsAtCompaction) : forked.copy;
  const isOwnedBySource = !isPaginated && era.namesOwnerAsSource;
  const owner = isOwnedBySource ? forked.context.view('never').owner : view.owner;
  const turnId = ownerAmong(owner, turns, era);
  if (era.dropsUsageWithoutTurns && (turns.length === 0 || turnId === '')) return null;
  return sent(view.usage, turnId, era, params);
}

/** The turn that usage belongs to, as this era sees it; empty when it belongs to none. */
function ownerAmong(owner: UsageOwner | null, turns: LazyList<Turn>, era: Era): string {
  if (!owner) return '';
  if (turns.length > 0) return attribute(owner, turns) ?? '';
  return era.namesOpenTurn ? (owner.explicitId ?? '') : '';
}

function sent(
  info: TokenUsageInfo | null,
  turnId: string,
  era: Era,
  { optsOut }: LifecycleParams,
): ReplayedUsage | null {
  if (!info || !era.replaysUsage || optsOut) return null;
  return { turnId, tokenUsage: toWire(info, era.sendsCacheWrite) };
}
