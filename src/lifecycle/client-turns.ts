import type { RolloutHistory } from '../rollout/read-history.ts';
import type { RolloutItem } from '../rollout/record.ts';
import { projectTurns } from '../turns/project-turns.ts';
import type { Turn } from '../turns/turn.ts';
import { TurnBuilder } from '../turns/turn-builder.ts';
import type { Era } from './era.ts';

/** Whether this era follows the paginated history of a rollout, instead of reading it like a legacy one. */
export function isPaginated({ meta }: RolloutHistory, era: Era): boolean {
  return era.paginated === 'followed' && meta?.history_mode === 'paginated';
}

/** The turns of a response, without what is in them (docs/codex.md 6.4). */
export function clientTurns(history: RolloutHistory, items: readonly RolloutItem[], era: Era): Turn[] {
  return isPaginated(history, era) ? projectTurns(items) : rebuiltTurns(items, era);
}

/** A resumed thread works on none of its turns: those still in progress were interrupted. A fork says it as it stands. */
export function interruptStale(turns: readonly Turn[]): Turn[] {
  return turns.map((turn) => (turn.status === 'inProgress' ? { ...turn, status: 'interrupted' } : turn));
}

function rebuiltTurns(items: readonly RolloutItem[], era: Era): Turn[] {
  const builder = new TurnBuilder();
  for (const item of items) if (!era.filtersTurns || isKept(item)) builder.add(item);
  return builder.turns();
}

/** Whether a legacy rollout would keep an item today. */
function isKept(item: RolloutItem): boolean {
  if ('isKept' in item) return item.isKept;
  return item.kind === 'response_item' ? item.is_known : true;
}
