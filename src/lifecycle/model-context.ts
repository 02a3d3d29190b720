import type { Era } from '../codex/era.ts';
import type { RolloutHistory } from '../history/read-history.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import { isPaginated } from './client-turns.ts';

/**
 * What is read for the model. Of a paginated rollout: backward to its last compaction, if that is resumable, and no
 * further than to a session_meta that stands in the middle (docs/codex.md 4.5, 8.4).
 */
export function modelContext(history: RolloutHistory, era: Era, items: readonly RolloutItem[]): readonly RolloutItem[] {
  if (!isPaginated(history, era) || !era.startsAtCompaction) return items;
  const meta = items.findLastIndex(({ kind }) => kind === 'session_meta');
  const reached = meta > history.inherited ? items.slice(meta) : items;
  const start = reached.findLastIndex(({ kind }) => kind === 'compacted');
  const last = reached[start];
  return last?.kind === 'compacted' && last.isResumable ? reached.slice(start) : reached;
}
