import type { RolloutHistory } from '../rollout/read-history.ts';
import type { RolloutItem } from '../rollout/record.ts';
import { isPaginated } from './client-turns.ts';
import type { Era } from './era.ts';

/** What is read for the model: of a paginated rollout from the last compaction on, if it is resumable (docs/codex.md 8.4). */
export function modelContext(history: RolloutHistory, era: Era, items: readonly RolloutItem[]): readonly RolloutItem[] {
  if (!isPaginated(history, era) || !era.startsAtCompaction) return items;
  const start = items.findLastIndex(({ kind }) => kind === 'compacted');
  const last = items[start];
  return last?.kind === 'compacted' && last.isResumable ? items.slice(start) : items;
}
