import type { EndingRules } from '../codex/era.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import type { Turn } from './turn.ts';
import { TurnBuilder } from './turn-builder.ts';

/** Where the last `token_count` stands among the turns, whatever its `info` is (docs/codex.md 7.1). */
export interface UsageOwner {
  /** The turn open at it, else the one finished last before it. Null when there was none yet. */
  readonly turn: { readonly id: string; readonly position: number } | null;
  /** The turn open at it, if a `task_started` opened that. */
  readonly explicitId: string | null;
}

/** The owner of usage that stands before any turn. */
export const ownedByNone: UsageOwner = { turn: null, explicitId: null };

/** Null when there is no `token_count`. */
export function findOwner(items: readonly RolloutItem[], rules?: EndingRules): UsageOwner | null {
  const last = items.findLastIndex(({ kind }) => kind === 'token_count');
  if (last < 0) return null;
  const builder = new TurnBuilder(rules);
  for (const item of items.slice(0, last)) builder.add(item);
  return { turn: builder.owner(), explicitId: builder.openExplicitTurn()?.id ?? null };
}

/**
 * The id of the turn that restored usage is attributed to (docs/codex.md 7.2): the owner if it is among the turns of
 * the response; else the turn that stands in its place now; else the last turn that came to an end; else the last
 * one. Undefined when there are no turns.
 */
export function attribute(owner: UsageOwner, turns: readonly Turn[]): string | undefined {
  const { turn } = owner;
  if (turn && turns.some(({ id }) => id === turn.id)) return turn.id;
  const inPlace = turn ? turns[turn.position] : undefined;
  const ended = turns.findLast(({ status }) => status === 'completed' || status === 'failed');
  return (inPlace ?? ended ?? turns.at(-1))?.id;
}
