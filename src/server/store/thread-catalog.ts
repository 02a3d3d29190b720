import { statSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '../../json/json-value.ts';
import { threadNames } from '../../sessions/thread-names.ts';
import type { RolloutStore } from './rollout-store.ts';
import { readSummary, type ThreadSummary } from './thread-summary.ts';

interface Known {
  readonly size: number;
  readonly modifiedMs: number;
  readonly summary: ThreadSummary | null;
}

/** What the rollouts of a home say of their threads. Those that did not change since are not read again. */
export class ThreadCatalog {
  readonly #store: RolloutStore;
  readonly #known = new Map<string, Known>();
  readonly #git = new Map<string, JsonObject>();
  readonly #previews = new Map<string, string>();

  constructor(store: RolloutStore) {
    this.#store = store;
  }

  /** The threads that are archived, or those that are not. Rollouts that do not say whose they are are left out. */
  async list(archived: boolean): Promise<ThreadSummary[]> {
    const names = threadNames(this.#store.codexHome);
    const finder = this.#store.finder();
    const found: ThreadSummary[] = [];
    for (const { path } of this.#store.list(archived)) {
      const summary = await this.#read(path, finder, names).catch(() => null);
      // What was cut before its first prompt is listed when it has one again.
      const isBlank = summary?.preview === '' && this.#previews.has(summary.meta.id);
      if (summary && !isBlank) found.push(summary);
    }
    return found;
  }

  /** What the rollout at `path` says of its thread; null when it does not say whose it is. @throws {NotARollout} or the system's error */
  of(path: string): Promise<ThreadSummary | null> {
    return this.#read(path, this.#store.finder(), threadNames(this.#store.codexHome));
  }

  /** Has a thread say something else of its repository, in the words of a session_meta, as long as this server runs. */
  amend(threadId: string, git: JsonObject): void {
    this.#git.set(threadId, { ...this.#git.get(threadId), ...git });
  }

  /** Keeps what lists show of a fork or a reverted thread, which does not stand in its own rollout, as long as this server runs. */
  rememberPreview(threadId: string, preview: string): void {
    this.#previews.set(threadId, preview);
  }

  async #read(
    path: string,
    finder: ReturnType<RolloutStore['finder']>,
    names: ReadonlyMap<string, string>,
  ): Promise<ThreadSummary | null> {
    const { size, mtimeMs } = statSync(path);
    const known = this.#known.get(path);
    const isCurrent = known?.size === size && known.modifiedMs === mtimeMs;
    const summary = isCurrent ? known.summary : await readSummary(path, finder, names);
    if (!isCurrent) this.#known.set(path, { size, modifiedMs: mtimeMs, summary });
    if (!summary) return null;
    const { meta, origin } = summary;
    const git = this.#git.get(meta.id);
    const amended = git ? { ...origin, git: { ...(isJsonObject(origin.git) ? origin.git : {}), ...git } } : origin;
    const preview = summary.preview || (this.#previews.get(meta.id) ?? '');
    return { ...summary, preview, origin: amended, name: names.get(meta.id) ?? null };
  }
}
