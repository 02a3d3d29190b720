import type { LazyList } from './lazy-list.ts';
import type { Turn } from './turn.ts';
import type { UsageOwner } from './turn-builder.ts';

/**
 * The id of the turn that restored usage is attributed to (docs/codex.md 7.2): the owner if it is among the turns of
 * the response; else the turn that stands in its place now; else the last turn that came to an end; else the last
 * one. Undefined when there are no turns.
 * @param owner null: nobody knows whose it is
 */
export function attribute(owner: UsageOwner | null, turns: LazyList<Turn>): string | undefined {
  const turn = owner?.turn ?? null;
  if (turn && turns.some(({ id }) => id === turn.id)) return turn.id;
  const inPlace = turn ? turns.at(turn.position) : undefined;
  const ended = turns.findLast(({ status }) => status === 'completed' || status === 'failed');
  return (inPlace ?? ended ?? turns.at(-1))?.id;
}
