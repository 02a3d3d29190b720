import type { SessionMeta } from '../codex/records/session-meta.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/i;

/**
 * Whether a legacy fork holds this turn as a copy: the turn is older than the thread. Both ids are UUIDv7 (since
 * Codex 0.100), which begin with the time (docs/codex.md 4.3).
 * @param turnId of a turn in the rollout that begins with `meta`
 */
export function isCopiedTurn(turnId: string, meta: SessionMeta | null): boolean {
  if (!meta?.forked_from_id || meta.history_base) return false;
  return UUID_V7.test(turnId) && UUID_V7.test(meta.id) && turnId.toLowerCase() < meta.id;
}
