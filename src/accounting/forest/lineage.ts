import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { RolloutAccount, UsageRow } from './rollout-account.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/i;

/** Which thread came from which, as far as any rollout says it: also of threads whose own rollouts are gone. */
export class Lineage {
  readonly #metas = new Map<string, SessionMeta>();
  readonly #copiedFrom = new Map<string, string>();
  /** Of turns that their own threads tell of; a review runs in a turn of the thread that asked for it. */
  readonly #turnOwners = new Map<string, string>();

  constructor(accounts: readonly RolloutAccount[]) {
    for (const { meta, copiedFrom, turnIds } of accounts) {
      if (!meta) continue;
      if (!this.#metas.has(meta.id)) this.#metas.set(meta.id, meta);
      if (copiedFrom !== null) this.#copiedFrom.set(meta.id, copiedFrom);
      if (meta.subagent !== 'review') for (const id of turnIds) if (id > meta.id) this.#turnOwners.set(id, meta.id);
    }
    for (const { copiedMetas } of accounts) {
      for (const meta of copiedMetas) if (!this.#metas.has(meta.id)) this.#metas.set(meta.id, meta);
    }
  }

  /** The session_meta of a thread, from its own rollout or from a copy; undefined when there is none. */
  metaOf(threadId: string): SessionMeta | undefined {
    return this.#metas.get(threadId);
  }

  /**
   * The thread that the one of this rollout was forked from or, of a sub-agent, spawned by; null when it has none or nothing
   * says which. A review says it only by its turn, which is that of the thread that asked for it.
   */
  parentOf({ meta, turnIds }: RolloutAccount): string | null {
    if (!meta) return null;
    const named = this.parentOfThread(meta.id);
    if (named !== null || meta.subagent === null) return named;
    for (const id of turnIds) if (this.#turnOwners.has(id)) return this.#turnOwners.get(id) ?? null;
    return null;
  }

  /** The same for a thread of which perhaps no rollout is here. */
  parentOfThread(threadId: string): string | null {
    const meta = this.#metas.get(threadId);
    if (meta?.subagent != null) return meta.parent_thread_id ?? meta.forked_from_id;
    return this.#sourceOf(threadId);
  }

  /** The thread that spent what a record says. */
  ownerOf(row: Pick<UsageRow, 'isCopy' | 'recordedThreadId' | 'turnId'>, { meta }: RolloutAccount): string | null {
    if (!meta || !row.isCopy) return meta?.id ?? null;
    if (row.recordedThreadId !== null && row.recordedThreadId !== meta.id) return row.recordedThreadId;
    const ancestors = this.#ancestorsOf(meta.id);
    const { turnId } = row;
    const owner = turnId === null ? undefined : this.#turnOwners.get(turnId);
    if (owner !== undefined) return owner;
    if (turnId !== null && UUID_V7.test(turnId)) {
      const living = ancestors.find((id) => UUID_V7.test(id) && id < turnId.toLowerCase());
      if (living !== undefined) return living;
    }
    return ancestors[0] ?? meta.id;
  }

  /** The threads whose history a thread goes on from, the nearest and so youngest first. */
  #ancestorsOf(threadId: string): string[] {
    const ancestors: string[] = [];
    for (let id = this.#sourceOf(threadId); id !== null && !ancestors.includes(id); id = this.#sourceOf(id)) {
      ancestors.push(id);
    }
    return ancestors;
  }

  #sourceOf(threadId: string): string | null {
    return this.#metas.get(threadId)?.forked_from_id ?? this.#copiedFrom.get(threadId) ?? null;
  }
}
