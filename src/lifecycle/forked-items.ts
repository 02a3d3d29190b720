import type { Era } from '../codex/era.ts';
import type { RolloutHistory } from '../history/read-history.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import { TurnBuilder } from '../turns/turn-builder.ts';
import { isKept, isPaginated } from './client-turns.ts';
import { modelContext } from './model-context.ts';
import type { LifecycleError, LifecycleParams } from './outcome.ts';

/** `inherited`: how many of the items a paginated fork refers to; it writes down only the others itself. */
interface ForkedItems {
  readonly items: readonly RolloutItem[];
  readonly inherited: number;
}

/**
 * What a fork holds (docs/codex.md 8.5): for a legacy thread a session_meta of its own and a copy of what such rollouts
 * keep of the source; for a paginated one the source's items by reference; both up to where the client cuts. If that
 * ends in the middle of a turn, the turn is aborted.
 */
export function forkedItems(history: RolloutHistory, era: Era, params: LifecycleParams): ForkedItems | LifecycleError {
  const items = cut(history.items, era, params, isPaginated(history, era));
  if ('code' in items) return items;
  const ending = endOfTurn(modelContext(history, era, items), era);
  const meta = history.items.find((item) => item.kind === 'session_meta');
  const copied = isPaginated(history, era) || !meta ? items : [meta, ...items.filter(isKept)];
  return { items: [...copied, ...ending], inherited: copied.length };
}

function cut(
  items: readonly RolloutItem[],
  era: Era,
  { lastTurnId, beforeTurnId }: LifecycleParams,
  paginated: boolean,
): readonly RolloutItem[] | LifecycleError {
  const id = (era.knowsBeforeTurnId ? beforeTurnId : undefined) ?? (era.knowsLastTurnId ? lastTurnId : undefined);
  if (id === undefined) return items;
  const start = items.findIndex((item) => item.kind === 'task_started' && item.turn_id === id);
  if (start < 0) {
    const name = id === beforeTurnId ? 'beforeTurnId' : 'lastTurnId';
    const missing = `${name} '${id}' was not found in the source thread`;
    return { code: -32600, message: paginated ? `turn not found: ${id}` : missing };
  }
  if (id === beforeTurnId) return items.slice(0, start);
  const next = items.findIndex((item, i) => i > start && item.kind === 'task_started');
  return next < 0 ? items : items.slice(0, next);
}

/** What Codex appends to history that ends inside a turn: a message to the model, and the end of the turn. */
function endOfTurn(items: readonly RolloutItem[], era: Era): RolloutItem[] {
  const builder = new TurnBuilder(era);
  for (const item of items) builder.add(item);
  const open = builder.openExplicitTurn();
  if (open ? open.status !== 'inProgress' : !endsAfterUserMessage(items)) return [];
  const last = items.at(-1)?.ordinal ?? null;
  const after = (lines: bigint) => (last === null ? null : last + lines);
  return [
    { kind: 'response_item', is_user_message: false, is_hook_prompt: false, is_known: true, ordinal: after(1n) },
    {
      kind: 'turn_aborted',
      turn_id: open?.id ?? null,
      completed_at: null,
      duration_ms: null,
      isKept: true,
      ordinal: after(2n),
    },
  ];
}

/** Whether nothing ends a turn after the last message of the user that no rollback undid. */
function endsAfterUserMessage(items: readonly RolloutItem[]): boolean {
  const messages: number[] = [];
  for (const [i, item] of items.entries()) {
    if (item.kind === 'response_item' && item.is_user_message) messages.push(i);
    if (item.kind === 'thread_rolled_back') messages.length -= Math.min(messages.length, Number(item.num_turns));
  }
  const last = messages.at(-1);
  if (last === undefined) return false;
  return !items.slice(last).some(({ kind }) => kind === 'task_complete' || kind === 'turn_aborted');
}
