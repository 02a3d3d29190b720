import type { Era } from '../codex/era.ts';
import type { TokenUsageInfo } from '../codex/records/token-count.ts';
import type { RolloutHistory } from '../history/read-history.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import { attribute, findOwner, ownedByNone } from '../turns/attribution.ts';
import { interruptStale } from '../turns/project-turns.ts';
import type { Turn } from '../turns/turn.ts';
import { toWire } from '../wire/thread-token-usage.ts';
import { clientTurns, isPaginated } from './client-turns.ts';
import { forkedItems } from './forked-items.ts';
import { loadError, resumeError } from './load-error.ts';
import { modelContext } from './model-context.ts';
import type { LifecycleMessage, LifecycleParams, Outcome, ReplayedUsage } from './outcome.ts';

/**
 * What an app-server of this era does when a client sends `thread/resume` for a thread that is not running
 * (docs/codex.md 8). `path`: the rollout's, as the server knows it.
 */
export function resume(history: RolloutHistory, era: Era, params: LifecycleParams = {}, path = history.path): Outcome {
  const cannotLoad = loadError(history, era, path);
  if (cannotLoad) return { error: cannotLoad, messages: ['ERROR'], usage: null, turns: [] };
  const announcement = deprecation(history, era, params);
  const cannotResume = resumeError(history, era, path);
  if (cannotResume) return { error: cannotResume, messages: [...announcement, 'ERROR'], usage: null, turns: [] };

  const turns = withoutTurns(era, params) ? [] : interruptStale(clientTurns(history, history.items, era));
  const usage = resumedUsage(history, turns, era, params);
  return {
    error: null,
    messages: [
      ...announcement,
      ...when(era.announcesStatus, 'thread/status/changed'),
      'RESPONSE',
      ...when(usage !== null, 'thread/tokenUsage/updated'),
      ...when(era.clearsGoal, 'thread/goal/cleared'),
    ],
    usage,
    turns,
  };
}

/** The same for a thread that runs on this server already and is idle. One that cannot be resumed cannot run. */
export function rejoin(history: RolloutHistory, era: Era, params: LifecycleParams = {}, path = history.path): Outcome {
  if (loadError(history, era, path) ?? resumeError(history, era, path)) return resume(history, era, params, path);
  const isWithoutTurns = withoutTurns(era, params);
  const turns = isWithoutTurns ? [] : interruptStale(clientTurns(history, history.items, era));
  const usage = isWithoutTurns ? null : rejoinedUsage(history, turns, era, params);
  return {
    error: null,
    messages: [
      ...deprecation(history, era, params),
      'RESPONSE',
      ...when(usage !== null, 'thread/tokenUsage/updated'),
      ...when(era.clearsGoal, 'thread/goal/cleared'),
    ],
    usage,
    turns,
  };
}

/** The same for `thread/fork`. */
export function fork(history: RolloutHistory, era: Era, params: LifecycleParams = {}, path = history.path): Outcome {
  const announcement = deprecation(history, era, params);
  const cannotLoad = loadError(history, era, path);
  if (cannotLoad) {
    const isAnnounced = history.missingAncestor !== null;
    return { error: cannotLoad, messages: [...(isAnnounced ? announcement : []), 'ERROR'], usage: null, turns: [] };
  }
  const forked = forkedItems(history, era, params);
  if ('code' in forked) return { error: forked, messages: ['ERROR'], usage: null, turns: [] };

  const { items, inherited } = forked;
  const isWithoutTurns = withoutTurns(era, params);
  const turns = isWithoutTurns ? [] : clientTurns(history, items, era, inherited);
  const usage = isWithoutTurns ? null : forkedUsage(history, items, turns, era, params);
  return {
    error: null,
    messages: [...announcement, 'RESPONSE', ...when(usage !== null, 'thread/tokenUsage/updated'), 'thread/started'],
    usage,
    turns,
  };
}

function deprecation(history: RolloutHistory, era: Era, params: LifecycleParams): LifecycleMessage[] {
  const wantsTurns = !withoutTurns(era, params);
  return when(era.deprecatesFullTurns && wantsTurns && isPaginated(history, era), 'deprecationNotice');
}

function withoutTurns(era: Era, { excludeTurns = false }: LifecycleParams): boolean {
  return era.knowsExcludeTurns && excludeTurns;
}

function when(holds: boolean, message: LifecycleMessage): LifecycleMessage[] {
  return holds ? [message] : [];
}

/** Usage after a cold resume. What belongs to no turn is not sent, but for old versions, which send an empty id. */
function resumedUsage(
  history: RolloutHistory,
  turns: readonly Turn[],
  era: Era,
  params: LifecycleParams,
): ReplayedUsage | null {
  const paginated = isPaginated(history, era);
  if (withoutTurns(era, params) && !(paginated && era.replaysWithoutTurns)) return null;
  if (paginated && era.holdsBackForks && history.meta?.forked_from_id) return null;
  const items = modelContext(history, era, history.items);
  const turnId = ownerAmong(items, turns, era);
  return turnId === '' && era.dropsOwnerlessUsage ? null : sent(lastUsage(items), turnId, era, params);
}

/** Usage of a running thread: that of the whole history, however it was loaded. */
function rejoinedUsage(
  history: RolloutHistory,
  turns: readonly Turn[],
  era: Era,
  params: LifecycleParams,
): ReplayedUsage | null {
  if (turns.length === 0 && era.dropsUsageWithoutTurns) return null;
  const guesses = era.rejoinGuessesOwner && isPaginated(history, era) && turns.length > 0;
  const turnId = guesses ? attribute(ownedByNone, turns) : ownerAmong(history.items, turns, era);
  return sent(lastUsage(history.items), turnId ?? '', era, params);
}

function forkedUsage(
  history: RolloutHistory,
  items: readonly RolloutItem[],
  turns: readonly Turn[],
  era: Era,
  params: LifecycleParams,
): ReplayedUsage | null {
  const context = modelContext(history, era, items);
  const turnId = ownerAmong(context, turns, era);
  if (era.dropsUsageWithoutTurns && (turns.length === 0 || turnId === '')) return null;
  return sent(lastUsage(context), turnId, era, params);
}

/** The turn that the usage in `items` belongs to, as this era sees it; empty when it belongs to none. */
function ownerAmong(items: readonly RolloutItem[], turns: readonly Turn[], era: Era): string {
  const owner = findOwner(items, era);
  if (!owner) return '';
  if (turns.length > 0) return attribute(owner, turns) ?? '';
  return era.namesOpenTurn ? (owner.explicitId ?? '') : '';
}

/** The `info` of the last `token_count` that has one. */
function lastUsage(items: readonly RolloutItem[]): TokenUsageInfo | null {
  for (const item of items.toReversed()) if (item.kind === 'token_count' && item.info) return item.info;
  return null;
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
