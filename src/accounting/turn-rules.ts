import type { Era } from '../codex/era.ts';
import type { RolloutHistory } from '../history/read-history.ts';
import { isKept, isPaginated } from '../lifecycle/client-turns.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import type { Turn } from '../turns/turn.ts';
import type { TurnRules } from './own-usage.ts';

/** The items that a paginated thread's turns are made of (docs/codex.md 6.4). */
const projected: ReadonlySet<RolloutItem['kind']> = new Set(['task_started', 'task_complete', 'turn_aborted']);

/** The rules by which this era made `turns` of a history. */
export function turnRules(history: RolloutHistory, turns: readonly Turn[], era: Era): TurnRules {
  if (!isPaginated(history, era)) {
    const makesTurns = era.filtersTurns ? isKept : () => true;
    return { endings: era, makesTurns, turnPlace: ({ position }) => position };
  }
  const places = new Map(turns.map(({ id }, place) => [id, place]));
  return { endings: era, makesTurns: ({ kind }) => projected.has(kind), turnPlace: ({ id }) => places.get(id) };
}
