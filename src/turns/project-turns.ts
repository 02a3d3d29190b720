import type { RolloutItem } from '../rollout/record.ts';
import type { Turn, TurnStatus } from './turn.ts';

/**
 * The turns that Codex's database holds for a paginated rollout (docs/codex.md 6.4): only those that a `task_started`
 * opened; a rollback undoes none. Lines are put in by their ordinals; when these do not grow, nothing is.
 */
export function projectTurns(items: readonly RolloutItem[]): Turn[] {
  if (!ordinalsGrow(items)) return [];
  const turns = new Map<string, Turn>();
  const change = (
    id: string | null,
    status: TurnStatus,
    ending: { completed_at: bigint | null; duration_ms: bigint | null },
  ) => {
    const turn = id === null ? undefined : turns.get(id);
    if (turn) turns.set(turn.id, { ...turn, status, completedAt: ending.completed_at, durationMs: ending.duration_ms });
  };
  for (const item of items) {
    if (item.kind === 'task_started') turns.set(item.turn_id, started(item.turn_id, item.started_at));
    if (item.kind === 'task_complete') change(item.turn_id, item.failed ? 'failed' : 'completed', item);
    if (item.kind === 'turn_aborted') change(item.turn_id, 'interrupted', item);
  }
  return [...turns.values()];
}

function started(id: string, startedAt: bigint | null): Turn {
  return { id, explicit: true, status: 'inProgress', compacted: false, startedAt, completedAt: null, durationMs: null };
}

function ordinalsGrow(items: readonly RolloutItem[]): boolean {
  let last = -1n;
  for (const { ordinal } of items) {
    if (ordinal === null || ordinal <= last) return false;
    last = ordinal;
  }
  return true;
}
