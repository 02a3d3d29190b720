import { realpathSync } from 'node:fs';
import { realpath, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { eraOf } from '../../codex/era.ts';
import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { CodexVersion } from '../../codex/version.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { rolloutsInHome } from '../../history/homes.ts';
import type { HistoryVisitor } from '../../history/read-records.ts';
import { threadHistory } from '../../history/thread-history.ts';
import { type HistoryFacts, readFacts } from '../../lifecycle/facts.ts';
import type { LifecycleParams } from '../../lifecycle/outcome.ts';
import { openRollout } from '../../rollout/lines/open-rollout.ts';
import { fileTime, now } from '../clock.ts';
import { liesIn } from './lies-in.ts';
import { writeNewRollout } from './new-rollout.ts';

/** The rollouts of one Codex home: what is durable of its threads (docs/codex.md 5). */
export class RolloutStore {
  readonly codexHome: string;
  /** How rollouts are read. */
  readonly version: CodexVersion;

  /** @throws the system's error when there is no such folder */
  constructor(codexHome: string, version: CodexVersion) {
    this.codexHome = realpathSync(codexHome);
    this.version = version;
  }

  /** The rollout of a thread; undefined when it has none here. */
  find(threadId: string): Promise<string | undefined> {
    return this.finder().findThread(this.codexHome, threadId);
  }

  isArchived(path: string): boolean {
    return path.startsWith(join(this.codexHome, 'archived_sessions') + sep);
  }

  /** Whether `path`, which need not exist, is in this home: nothing is written outside it. @throws the system's error */
  mayWrite(path: string): Promise<boolean> {
    return liesIn(this.codexHome, path);
  }

  /** A path without symbolic links, so that each rollout has one. @throws the system's error when nothing is there */
  canonical(path: string): Promise<string> {
    return realpath(path);
  }

  /** Looks into the home as it is now. */
  finder(): RolloutFinder {
    return new RolloutFinder(this.version, this.codexHome);
  }

  /** What resume, rejoin and fork depend on. @throws {NotARollout} or the system's error */
  async read(
    path: string,
    params: LifecycleParams = {},
    visitors: readonly HistoryVisitor[] = [],
  ): Promise<HistoryFacts> {
    return readFacts(await threadHistory(path, this.finder()), eraOf(this.version), params, visitors);
  }

  /** What a rollout says of itself; null when it says nothing. @throws {NotARollout} or the system's error */
  async readMeta(path: string): Promise<SessionMeta | null> {
    return (await this.finder().head(path)).meta;
  }

  /**
   * The rollout at `path` as a file that can be written to: in the place of a compressed one its content, as Codex does
   * when it resumes one (docs/codex.md 5.1).
   */
  async unpacked(path: string): Promise<string> {
    const rollout = path.endsWith('.zst') ? await openRollout(path) : null;
    if (rollout?.kind !== 'stream') return path;
    const plain = path.slice(0, -'.zst'.length);
    await writeNewRollout(plain, async (write) => {
      for await (const chunk of rollout.chunks) write(chunk);
    });
    await rm(path);
    return plain;
  }

  /** When a rollout was written to last, in seconds since 1970. */
  async updatedAt(path: string): Promise<number> {
    return Math.floor(fileTime((await stat(path)).mtimeMs) / 1_000);
  }

  /** The rollouts that are archived, or those that are not, newest first; none in a home that is empty. */
  list(archived: boolean): string[] {
    const folder = archived ? 'archived_sessions' : 'sessions';
    return rolloutsInHome(this.codexHome, folder).map(({ path }) => path);
  }

  /** The rollouts of a thread that are archived, or those that are not: the newest first. */
  rolloutsOf(threadId: string, archived: boolean): string[] {
    const all = rolloutsInHome(this.codexHome, archived ? 'archived_sessions' : 'sessions');
    return all.filter(({ name }) => name.threadId === threadId).map(({ path }) => path);
  }

  /** The ids of the rollouts of a thread. */
  rolloutIdsOf(threadId: string): string[] {
    const all = [...rolloutsInHome(this.codexHome, 'sessions'), ...rolloutsInHome(this.codexHome, 'archived_sessions')];
    return all.filter(({ name }) => name.threadId === threadId).map(({ name }) => name.rolloutId);
  }

  /** Where a rollout that begins now belongs: the first of a thread, or another one with an id of its own. */
  newPath(threadId: string, rolloutId = threadId): string {
    const at = new Date(now());
    const two = (n: number) => String(n).padStart(2, '0');
    const date = [String(at.getFullYear()), two(at.getMonth() + 1), two(at.getDate())];
    const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('-');
    const ids = rolloutId === threadId ? threadId : `${threadId}_${rolloutId}`;
    return join(this.codexHome, 'sessions', ...date, `rollout-${date.join('-')}T${time}-${ids}.jsonl`);
  }
}
