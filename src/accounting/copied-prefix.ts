import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { HistoryVisitor } from '../history/read-records.ts';
import type { RolloutItem } from '../rollout/records/record.ts';

/** How far apart in time the lines of a copy are written, in milliseconds; seen: 300. */
const ONE_INSTANT_MS = 1_000;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/i;

/**
 * Tells what a fork holds as a copy of its parent's lines (docs/codex.md 4.3). A turn that is older than the thread is
 * copied: both ids are UUIDv7 (since Codex 0.100), which begin with the time. Before that all lines of a copy were
 * stamped anew in one instant. A fork of 0.36 named no parent: behind its own session_meta stands the parent's.
 */
export class CopiedPrefix implements HistoryVisitor {
  #own: SessionMeta | null = null;
  #copiedMeta: SessionMeta | null = null;
  #copiedAt: number | null = null;
  #isPastHead = false;

  onItem(item: RolloutItem): void {
    if (item.kind !== 'session_meta') {
      this.#isPastHead = true;
      if (this.parentId !== null) this.#copiedAt ??= Date.parse(item.timestamp);
    } else if (!this.#own) this.#own = item.meta;
    else if (!this.#isPastHead && item.meta.id !== this.#own.id) this.#copiedMeta ??= item.meta;
  }

  /** The thread that was copied; null when there is no copy. */
  get parentId(): string | null {
    if (this.#own?.history_base) return null;
    return this.#own?.forked_from_id ?? this.#copiedMeta?.id ?? null;
  }

  /**
   * Whether what stands in a turn is a copy.
   * @param turnId of the turn, null when it has none of its own
   * @param timestamp when the line was written
   */
  holds(turnId: string | null, timestamp: string | null): boolean {
    if (this.parentId === null) return false;
    const isOlder = this.isOlderThanThread(turnId);
    if (isOlder !== null) return isOlder;
    if (this.#copiedAt === null || timestamp === null) return false;
    return Date.parse(timestamp) - this.#copiedAt <= ONE_INSTANT_MS;
  }

  /** Whether a turn began before the thread did; null when the ids do not tell. */
  isOlderThanThread(turnId: string | null): boolean | null {
    const ownId = this.#own?.id;
    if (turnId === null || ownId === undefined || !UUID_V7.test(turnId) || !UUID_V7.test(ownId)) return null;
    return turnId.toLowerCase() < ownId;
  }
}
