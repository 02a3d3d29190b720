import type { RolloutItem } from '../rollout/records/record.ts';
import type { Turn } from './turn.ts';

/**
 * The turns that Codex's database holds for a paginated rollout (docs/codex.md 6.4): those that a `task_started`,
 * `task_complete` or `turn_aborted` names, in the order in which they were named first. A turn that came to an end
 * stays as it is, and a rollback undoes none. Lines are put in by their ordinals; when these do not grow, nothing is.
 */
export function projectTurns(items: readonly RolloutItem[]): Turn[] {
  if (!ordinalsGrow(items)) return [];
  const turns = new Map<string, Turn>();
  for (const item of items) {
    const named = namedTurn(item);
    const known = named && turns.get(named.id);
    if (named && (!known || known.status === 'inProgress'))
      turns.set(named.id, { ...named, startedAt: named.startedAt ?? known?.startedAt ?? null });
  }
  return [...turns.values()];
}

/** The turns of a paginated fork: what it says itself of a turn counts, and stands behind what it took over. */
export function projectFork(inherited: readonly RolloutItem[], own: readonly RolloutItem[]): Turn[] {
  if (!ordinalsGrow([...inherited, ...own])) return [];
  const ownTurns = projectTurns(own);
  const replaced = new Set(ownTurns.map(({ id }) => id));
  const kept = interruptStale(projectTurns(inherited).filter(({ id }) => !replaced.has(id)));
  return [...kept, ...ownTurns];
}

/** A thread works on none of the turns that it took over or was resumed with. */
export function interruptStale(turns: readonly Turn[]): Turn[] {
  return turns.map((turn) => (turn.status === 'inProgress' ? { ...turn, status: 'interrupted' } : turn));
}

function namedTurn(item: RolloutItem): Turn | null {
  const turn = { explicit: true, compacted: false, startedAt: null, completedAt: null, durationMs: null };
  switch (item.kind) {
    case 'task_started':
      return { ...turn, id: item.turn_id, status: 'inProgress', startedAt: item.started_at };
    case 'task_complete':
      return { ...turn, id: item.turn_id, status: item.failed ? 'failed' : 'completed', ...ending(item) };
    case 'turn_aborted':
      return item.turn_id === null ? null : { ...turn, id: item.turn_id, status: 'interrupted', ...ending(item) };
    default:
      return null;
  }
}

function ending({ completed_at, duration_ms }: { completed_at: bigint | null; duration_ms: bigint | null }) {
  return { completedAt: completed_at, durationMs: duration_ms };
}

function ordinalsGrow(items: readonly RolloutItem[]): boolean {
  let last = -1n;
  for (const { ordinal } of items) {
    if (ordinal === null || ordinal <= last) return false;
    last = ordinal;
  }
  return true;
}
