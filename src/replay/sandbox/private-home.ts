import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { Problem } from '../../errors.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import { ServerFailure } from '../../wire/server-failure.ts';
import type { CleanUp } from './clean-up.ts';
import { codexConfig } from './codex-config.ts';
import { makeMarkedFolder, removeAbandonedHomes, removeFolder } from './marked-folder.ts';
import { removeTree } from './remove-tree.ts';
import type { PlacedRollout } from './subject.ts';

/** There is no room for a throw-away home, or no way to make one. */
class NoPrivateHome extends Problem {}

/** A throw-away CODEX_HOME. */
export interface PrivateHome {
  readonly path: string;
  /**
   * Copies rollouts there that are not there yet, and returns where, in the order they were given. That is for a server that runs already:
   * what Codex finds when it first starts in a home it takes for its own, with the provider of its configuration, and so
   * resumes a thread that it would refuse in a home that is in use (measured on 0.136 to 0.169).
   */
  readonly fill: (rollouts: readonly PlacedRollout[]) => Promise<string[]>;
  /**
   * Removes the rollouts, and what Codex noted of where they stand; what it noted of their turns stays. No server may run
   * there.
   */
  readonly forgetPlaces: () => Promise<void>;
}

/**
 * Makes a throw-away CODEX_HOME with a configuration that defines these model providers and uses the one that is `chosen`. Codex's databases are not
 * copied: they hold absolute paths of the home they belong to. Homes that earlier runs left behind are removed.
 * @throws {NoPrivateHome} as `fill` does
 */
export async function privateHomeFor(
  providers: Iterable<string>,
  chosen: string | null,
  cleanUp: CleanUp,
): Promise<PrivateHome> {
  const temporary = tmpdir();
  return named(temporary, async () => {
    await removeAbandonedHomes(temporary);
    const path = await cleanUp.begin(() => makeMarkedFolder(temporary), removeFolder);
    // What is half done when a run is interrupted must not come back after the removal.
    const step = <T>(work: () => Promise<T>) => cleanUp.begin(work, async () => {});
    await step(() => writeFile(join(path, 'config.toml'), codexConfig(providers, chosen)));
    return {
      path,
      fill: (rollouts) => named(temporary, () => step(() => copyAll(rollouts, path))),
      forgetPlaces: () => named(temporary, () => step(() => forgetPlaces(path))),
    };
  });
}

/** Does `work`, whose failures are those of a home in `temporary`. */
async function named<T>(temporary: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code, errno } = cause as NodeJS.ErrnoException;
    if (errno === undefined) throw cause;
    throw new NoPrivateHome('no-sandbox', `cannot make a throw-away Codex home in ${temporary}: ${code}`, {
      cause,
      hint: 'see $TMPDIR',
    });
  }
}

/** Codex's database of threads; the turns of paginated ones are in another (seen on 0.148 to 0.169). */
const THREADS = /^state_\d+\.sqlite/;

async function forgetPlaces(home: string): Promise<void> {
  for (const entry of await readdir(home)) {
    const isPlace = entry === 'sessions' || entry === 'archived_sessions' || THREADS.test(entry);
    if (isPlace) await removeTree(join(home, entry));
  }
}

async function copyAll(rollouts: readonly PlacedRollout[], home: string): Promise<string[]> {
  const copies: string[] = [];
  for (const rollout of rollouts) copies.push(await place(rollout, home));
  return copies;
}

/** Copies a rollout to where Codex looks for the thread (docs/codex.md 5.1). */
async function place({ path, meta, threadId, isArchived }: PlacedRollout, home: string): Promise<string> {
  const ending = path.endsWith('.zst') ? '.jsonl.zst' : '.jsonl';
  const name = parseRolloutName(basename(path));
  const written = name?.startedAt ?? startOf(meta?.timestamp);
  const generation = name && name.rolloutId !== name.threadId ? `_${name.rolloutId}` : '';
  const [year = '', month = '', day = ''] = written.slice(0, 10).split('-');
  const folder = isArchived ? join(home, 'archived_sessions') : join(home, 'sessions', year, month, day);
  const copy = join(folder, `rollout-${written}-${threadId}${generation}${ending}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A server runs there already.
  if (relative(await realpath(home), await realpath(folder)).startsWith('..')) {
    throw new ServerFailure('the server spoilt its throw-away home: its folder of sessions leads out of it');
  }
  if (existsSync(copy)) return copy;
  await copyFile(path, copy, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  await chmod(copy, 0o600);
  return copy;
}

/** A start as file names have it. Any will do where the rollout names none. */
function startOf(timestamp = ''): string {
  const start = timestamp.slice(0, 19).replaceAll(':', '-');
  return /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d$/.test(start) ? start : '2025-01-01T00-00-00';
}
