import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { HistoryVisitor } from '../history/read-records.ts';
import type { RolloutItem } from '../rollout/records/record.ts';

/** How far apart in time the lines of a copy are written, in milliseconds; seen: 300. */
const ONE_INSTANT_MS = 1_000;

/**
 * Recognises a fork of Codex 0.36, which named no parent: behind its own session_meta stands the parent's, and then the
 * parent's lines, all of them stamped anew in one instant (docs/codex.md 4.3).
 */
export class CopiedPrefix implements HistoryVisitor {
  #own: SessionMeta | null = null;
  #parent: SessionMeta | null = null;
  #copiedAt: number | null = null;
  #isOver = false;

  onItem(item: RolloutItem): void {
    if (this.#isOver) return;
    if (item.kind === 'session_meta') {
      if (!this.#own) this.#own = item.meta;
      else if (!this.#parent && item.meta.id !== this.#own.id && this.#own.forked_from_id === null) {
        this.#parent = item.meta;
      }
    } else if (!this.#parent) this.#isOver = true;
    else this.#copiedAt ??= Date.parse(item.timestamp);
  }

  /** The thread that was copied; null when there is no copy. */
  get parentId(): string | null {
    return this.#parent?.id ?? null;
  }

  /** Whether what was written at `timestamp` belongs to the copy. */
  holds(timestamp: string | null): boolean {
    if (this.#copiedAt === null || timestamp === null) return false;
    return Date.parse(timestamp) - this.#copiedAt <= ONE_INSTANT_MS;
  }
}
