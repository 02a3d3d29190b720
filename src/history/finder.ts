import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { eraOf } from '../codex/era.ts';
import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { CodexVersion } from '../codex/version.ts';
import { openRollout } from '../rollout/lines/open-rollout.ts';
import { type Head, readHead } from './head.ts';
import { codexHomeOf, type HomeFolder, type NamedRollout, rolloutsInHome } from './homes.ts';
import { isRolloutFile } from './list-rollouts.ts';
import { absolutePath } from './paths.ts';
import { RealFolders } from './real-folders.ts';
import { parseRolloutName } from './rollout-name.ts';
import { closeSource, sourceOf } from './source.ts';

const folders: readonly HomeFolder[] = ['sessions', 'archived_sessions'];

/** A rollout that another one refers to, or why there is none. */
export type Referenced =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing' }
  /** The file of that name says that it is of another thread. */
  | { readonly kind: 'of another thread' };

/** A rollout in a file that has another name than Codex gives. */
interface UnnamedRollout {
  readonly path: string;
  /** What its history goes on from. */
  readonly baseId: string | null;
}

/** The rollouts in a folder outside of homes: by the ids in their names; of the others by their threads, once they are read. */
interface FolderFiles {
  readonly named: ReadonlyMap<string, readonly NamedRollout[]>;
  readonly others: () => Promise<ReadonlyMap<string, readonly UnnamedRollout[]>>;
}

/**
 * Finds rollouts as one Codex version does. Folders are listed once and heads read once for as long as the finder lives,
 * however many questions are asked.
 */
export class RolloutFinder {
  readonly version: CodexVersion;
  readonly #codexHome: string | undefined;
  readonly #knowsGenerations: boolean;
  readonly #homes = new Map<string, ReadonlyMap<string, readonly NamedRollout[]>>();
  readonly #besides = new Map<string, FolderFiles>();
  readonly #heads = new Map<string, Promise<Head>>();
  /** Where folders really stand, behind all links. */
  readonly folders: RealFolders = new RealFolders();

  /** `codexHome`: where ancestors are looked up last, after the rollout's own home and folder. */
  constructor(version: CodexVersion, codexHome?: string) {
    this.version = version;
    this.#codexHome = codexHome;
    this.#knowsGenerations = eraOf(version).knowsGenerations;
  }

  /** The head of the rollout at `path`. @throws {NotARollout} or the system's error */
  head(path: string): Promise<Head> {
    const absolute = absolutePath(path);
    const known = this.#heads.get(absolute);
    if (known) return known;
    const head = this.#readHead(path);
    this.#heads.set(absolute, head);
    return head;
  }

  /** The head of a rollout that was read just now. */
  learn(path: string, head: Head): void {
    this.#heads.set(absolutePath(path), Promise.resolve(head));
  }

  async #readHead(path: string): Promise<Head> {
    const source = sourceOf(await openRollout(path));
    try {
      return await readHead(source, this.version);
    } finally {
      closeSource(source);
    }
  }

  /**
   * The rollout that Codex opens for a thread (docs/codex.md 5.2, 5.3): by file name, the newest first, in `sessions/`
   * and then in `archived_sessions/`; what the file says of itself must agree. Codex's database is not asked.
   */
  async findThread(home: string, threadId: string): Promise<string | undefined> {
    const wanted = threadId.toLowerCase();
    for (const folder of folders) {
      for (const { path, name } of this.#named(home, folder, wanted)) {
        const isHead = this.#knowsGenerations || name.rolloutId === wanted;
        if (isHead && (await this.#isOf(path, wanted))) return path;
      }
    }
    return undefined;
  }

  /**
   * The rollout that this version opens when the thread of the one at `path` is asked for by its id: the same, unless
   * the thread was reverted and the version knows nothing of generations.
   */
  async openedFor(path: string): Promise<string> {
    const name = parseRolloutName(basename(path));
    const home = codexHomeOf(path);
    if (this.#knowsGenerations || !name || name.rolloutId === name.threadId || home === undefined) return path;
    return (await this.findThread(home, name.threadId)) ?? path;
  }

  /** The rollout that `history_base` of the one at `path` names: in its home, else beside it, else in `codexHome`. */
  async findReferenced(path: string, rolloutId: string): Promise<Referenced> {
    const ownHome = codexHomeOf(path);
    const places = [
      async () => this.#inHome(ownHome, rolloutId),
      async () => this.#beside(path, rolloutId),
      async () => this.#inHome(this.#codexHome === ownHome ? undefined : this.#codexHome, rolloutId),
    ];
    let answer: Referenced = { kind: 'missing' };
    for (const lookInto of places) {
      const found = await lookInto();
      if (found.kind === 'found') return found;
      if (found.kind === 'of another thread') answer = found;
    }
    return answer;
  }

  async #inHome(home: string | undefined, rolloutId: string): Promise<Referenced> {
    if (home === undefined) return { kind: 'missing' };
    let answer: Referenced = { kind: 'missing' };
    for (const folder of folders) {
      for (const rollout of this.#named(home, folder, rolloutId)) {
        if (rollout.name.rolloutId !== rolloutId) continue;
        const found = await this.#asReferenced(rollout);
        if (found.kind === 'found') return found;
        answer = found;
      }
    }
    return answer;
  }

  /** A file that has another name than Codex gives can be a thread's first rollout only: nothing says of which other. */
  async #beside(path: string, rolloutId: string): Promise<Referenced> {
    const { named, others } = this.#filesIn(dirname(path));
    let answer: Referenced = { kind: 'missing' };
    for (const rollout of named.get(rolloutId) ?? []) {
      if (rollout.name.rolloutId !== rolloutId) continue;
      const found = await this.#asReferenced(rollout);
      if (found.kind === 'found') return found;
      answer = found;
    }
    const isReferred = (other: UnnamedRollout) => other.path !== path && other.baseId !== rolloutId;
    const other = (await others()).get(rolloutId)?.find(isReferred);
    return other ? { kind: 'found', path: other.path } : answer;
  }

  async #asReferenced({ path, name }: NamedRollout): Promise<Referenced> {
    const owner = this.#knowsGenerations ? name.threadId : name.rolloutId;
    return (await this.#isOf(path, owner)) ? { kind: 'found', path } : { kind: 'of another thread' };
  }

  /** Whether a rollout says that it is the thread's. One that cannot be looked into is what its name says. */
  async #isOf(path: string, threadId: string): Promise<boolean> {
    try {
      return (await this.head(path)).meta?.id === threadId;
    } catch {
      return parseRolloutName(basename(path))?.threadId === threadId;
    }
  }

  async #metaOf(path: string): Promise<SessionMeta | null> {
    return (await this.head(path).catch(() => null))?.meta ?? null;
  }

  /** The rollouts in a folder of a home whose names hold an id, as that of the thread or their own, newest first. */
  #named(home: string, folder: HomeFolder, id: string): readonly NamedRollout[] {
    const key = `${folder} ${home}`;
    let byId = this.#homes.get(key);
    if (!byId) {
      byId = groupById(rolloutsInHome(home, folder));
      this.#homes.set(key, byId);
    }
    return byId.get(id) ?? [];
  }

  #filesIn(folder: string): FolderFiles {
    const known = this.#besides.get(folder);
    if (known) return known;
    const entries = readdirSync(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && isRolloutFile(entry.name)).map(({ name }) => name);
    const named: NamedRollout[] = [];
    const unnamed: string[] = [];
    for (const file of files.sort()) {
      const name = parseRolloutName(file);
      if (name) named.push({ path: join(folder, file), name });
      else unnamed.push(join(folder, file));
    }
    let byId: Promise<ReadonlyMap<string, readonly UnnamedRollout[]>> | undefined;
    const others = () => {
      byId ??= this.#byThread(unnamed);
      return byId;
    };
    const found = { named: groupById(named), others };
    this.#besides.set(folder, found);
    return found;
  }

  async #byThread(paths: readonly string[]): Promise<Map<string, UnnamedRollout[]>> {
    const byId = new Map<string, UnnamedRollout[]>();
    for (const path of paths) {
      const meta = await this.#metaOf(path);
      if (!meta) continue;
      const group = byId.get(meta.id) ?? [];
      group.push({ path, baseId: meta.history_base?.thread_id ?? null });
      byId.set(meta.id, group);
    }
    return byId;
  }
}

function groupById(rollouts: readonly NamedRollout[]): Map<string, NamedRollout[]> {
  const byId = new Map<string, NamedRollout[]>();
  for (const rollout of rollouts) {
    for (const id of new Set([rollout.name.threadId, rollout.name.rolloutId])) {
      const group = byId.get(id);
      if (group) group.push(rollout);
      else byId.set(id, [rollout]);
    }
  }
  return byId;
}
