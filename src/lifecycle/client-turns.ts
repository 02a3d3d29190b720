import type { Era } from '../codex/era.ts';
import type { RolloutHistory } from '../history/read-history.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import { projectFork, projectTurns } from '../turns/project-turns.ts';
import type { Turn } from '../turns/turn.ts';
import { TurnBuilder } from '../turns/turn-builder.ts';

/** Whether this era follows the paginated history of a rollout, instead of reading it like a legacy one. */
export function isPaginated({ meta }: RolloutHistory, era: Era): boolean {
  return era.paginated === 'followed' && meta?.history_mode === 'paginated';
}

/**
 * The turns of a response, without what is in them (docs/codex.md 6.4). `inherited`: how many of the items a paginated
 * fork took over.
 */
export function clientTurns(
  history: RolloutHistory,
  items: readonly RolloutItem[],
  era: Era,
  inherited = history.inherited,
): Turn[] {
  if (!isPaginated(history, era)) return rebuiltTurns(items, era);
  return inherited === 0 ? projectTurns(items) : projectFork(items.slice(0, inherited), items.slice(inherited));
}

function rebuiltTurns(items: readonly RolloutItem[], era: Era): Turn[] {
  const builder = new TurnBuilder(era);
  for (const item of items) if (!era.filtersTurns || isKept(item)) builder.add(item);
  return builder.turns();
}

/** Whether a legacy rollout would keep an item today. */
export function isKept(item: RolloutItem): boolean {
  if ('isKept' in item) return item.isKept;
  return item.kind === 'response_item' ? item.is_known : true;
}
