import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { CodexVersion } from '../codex/version.ts';
import { isRolloutFile, listRollouts } from './list-rollouts.ts';
import { readHeadOf } from './read-head.ts';
import { compareRolloutNames, parseRolloutName, type RolloutName } from './rollout-name.ts';

interface NamedRollout {
  readonly path: string;
  readonly name: RolloutName;
}

/** `$CODEX_HOME`, or `~/.codex`. */
export function defaultCodexHome(env: { readonly CODEX_HOME?: string | undefined }): string {
  return env.CODEX_HOME || join(homedir(), '.codex');
}

/** The Codex home that `path` lies in, when it stands below a `sessions` or `archived_sessions` folder. */
export function codexHomeOf(path: string): string | undefined {
  const parts = dirname(resolve(path)).split(sep);
  const at = Math.max(parts.lastIndexOf('sessions'), parts.lastIndexOf('archived_sessions'));
  return at > 0 ? parts.slice(0, at).join(sep) || sep : undefined;
}

/**
 * The rollout of a thread as Codex finds it (docs/codex.md 5.2): by file name, newest first, in `sessions/`, then in
 * `archived_sessions/`; what the file says of itself must agree. Codex's database is not asked.
 */
export async function findThread(home: string, threadId: string, version: CodexVersion): Promise<string | undefined> {
  const wanted = threadId.toLowerCase();
  for (const folder of ['sessions', 'archived_sessions']) {
    for (const { path, name } of await namedRollouts(join(home, folder))) {
      if (name.threadId === wanted && (await isOf(path, wanted, version))) return path;
    }
  }
  return undefined;
}

/** The same among the files beside `path`, whatever their names are. */
export async function findBeside(path: string, threadId: string, version: CodexVersion): Promise<string | undefined> {
  const wanted = threadId.toLowerCase();
  const folder = dirname(path);
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && isRolloutFile(entry.name) && entry.name !== basename(path));
  const names = files.map(({ name }) => name).sort();
  const namesIt = (name: string) => parseRolloutName(name)?.threadId === wanted;
  for (const name of [...names.filter(namesIt), ...names.filter((each) => !parseRolloutName(each))]) {
    if (await isOf(join(folder, name), wanted, version)) return join(folder, name);
  }
  return undefined;
}

/** The rollout that was started last, by its file name. */
export async function newestRollout(home: string): Promise<string | undefined> {
  const all = [
    ...(await namedRollouts(join(home, 'sessions'))),
    ...(await namedRollouts(join(home, 'archived_sessions'))),
  ];
  return all.sort((a, b) => compareRolloutNames(b.name, a.name))[0]?.path;
}

/** Newest first; none when the folder does not exist. */
async function namedRollouts(folder: string): Promise<NamedRollout[]> {
  const { paths } = await listRollouts(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return { paths: [] };
    throw error;
  });
  const named = paths.flatMap((path) => {
    const name = parseRolloutName(basename(path));
    return name ? [{ path, name }] : [];
  });
  return named.sort((a, b) => compareRolloutNames(b.name, a.name));
}

/** Whether a rollout says that it is the thread's. One that cannot be looked into is what its name says. */
async function isOf(path: string, threadId: string, version: CodexVersion): Promise<boolean> {
  try {
    return (await readHeadOf(path, version))?.id === threadId;
  } catch {
    return parseRolloutName(basename(path))?.threadId === threadId;
  }
}
