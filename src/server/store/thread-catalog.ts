import { statSync } from 'node:fs';
import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { ServerEra } from '../../codex/server-era.ts';
import type { RolloutFinder } from '../../history/finder.ts';
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
  readonly #era: Pick<ServerEra, 'callsForks' | 'callsStoredForks'>;
  readonly #known = new Map<string, Known>();
  readonly #git = new Map<string, JsonObject>();
  readonly #previews = new Map<string, string>();
  readonly #inherited = new Map<string, string>();
  readonly #forks = new Set<string>();

  constructor(store: RolloutStore, era: Pick<ServerEra, 'callsForks' | 'callsStoredForks'>) {
    this.#store = store;
    this.#era = era;
  }

  /** What each rollout says of its thread: the archived ones, or those that are not. Those that do not say whose they are are left out. */
  async all(archived: boolean): Promise<ThreadSummary[]> {
    const names = threadNames(this.#store.codexHome);
    const finder = this.#store.finder();
    const found: ThreadSummary[] = [];
    for (const path of this.#store.list(archived)) {
      const summary = await this.#read(path, finder, names).catch(() => null);
      if (summary) found.push(summary);
    }
    return found;
  }

  /**
   * The same as lists show it (measured on 0.169): each rollout of a reverted thread, called by what its user says in it; but
   * none in which nobody has said anything, unless it is a fork that takes something over.
   */
  async listed(archived: boolean): Promise<ThreadSummary[]> {
    const all = await this.all(archived);
    const isShown = ({ preview, meta }: ThreadSummary) =>
      preview !== '' || (this.#era.callsForks && meta.history_base !== null && meta.forked_from_id !== null);
    return all.filter(isShown).map((summary) => {
      const inherited = this.#forks.has(summary.meta.id) ? this.#previews.get(summary.meta.id) : undefined;
      return inherited ? { ...summary, preview: inherited, searched: summary.preview || inherited } : summary;
    });
  }

  /** What the rollout at `path` says of its thread; null when it does not say whose it is. @throws {NotARollout} or the system's error */
  async of(path: string): Promise<ThreadSummary | null> {
    const finder = this.#store.finder();
    const summary = await this.#read(path, finder, threadNames(this.#store.codexHome));
    if (!summary) return null;
    const { id } = summary.meta;
    const known = this.#previews.get(id) || (summary.preview && (this.#inherited.get(id) || summary.preview));
    const remembered = known || (this.#era.callsStoredForks && (await this.#takenOver(summary, path, finder)));
    return remembered ? { ...summary, preview: remembered } : summary;
  }

  /** Has a thread say something else of its repository, in the words of a session_meta, as long as this server runs. */
  amend(threadId: string, git: JsonObject): void {
    this.#git.set(threadId, { ...this.#git.get(threadId), ...git });
  }

  /** Keeps what a thread is called, which does not stand in its rollout any more, as long as this server runs. */
  rememberPreview(threadId: string, preview: string): void {
    this.#previews.set(threadId, preview);
  }

  /** The same of a new fork, whose rollout is listed by it too. */
  rememberFork(threadId: string, preview: string): void {
    this.#forks.add(threadId);
    this.rememberPreview(threadId, preview);
  }

  /** Something was written of a thread that runs: from then on a fork is called and listed by what it took over (0.169). */
  wasWritten({ id, forked_from_id }: SessionMeta): void {
    const inherited = this.#inherited.get(id);
    if (inherited && forked_from_id !== null && this.#era.callsForks) this.rememberFork(id, inherited);
  }

  /** Keeps what a thread in which nobody has said anything yet will be called then: by what it took over. */
  rememberInherited(threadId: string, preview: string): void {
    this.#inherited.set(threadId, preview);
  }

  /** What was said first in the rollouts that a fork of another server goes on from; empty for any other thread. */
  async #takenOver(fork: ThreadSummary, path: string, finder: RolloutFinder): Promise<string> {
    let preview = '';
    let base = this.#forks.has(fork.meta.id) ? null : fork.meta.history_base;
    for (let at = path, seen = new Set([path]); base; seen = seen.add(at)) {
      const found = await finder.findReferenced(at, base.thread_id);
      if (found.kind !== 'found' || seen.has(found.path)) break;
      at = found.path;
      const summary = await this.#read(at, finder, new Map());
      preview = summary?.preview || preview;
      base = summary?.meta.history_base ?? null;
    }
    return preview;
  }

  async #read(path: string, finder: RolloutFinder, names: ReadonlyMap<string, string>): Promise<ThreadSummary | null> {
    const { size, mtimeMs } = statSync(path);
    const known = this.#known.get(path);
    const isCurrent = known?.size === size && known.modifiedMs === mtimeMs;
    const summary = isCurrent ? known.summary : await readSummary(path, finder, names);
    if (!isCurrent) this.#known.set(path, { size, modifiedMs: mtimeMs, summary });
    if (!summary) return null;
    const { meta, origin } = summary;
    const git = this.#git.get(meta.id);
    const amended = git ? { ...origin, git: { ...(isJsonObject(origin.git) ? origin.git : {}), ...git } } : origin;
    return { ...summary, origin: amended, name: names.get(meta.id) ?? null };
  }
}
