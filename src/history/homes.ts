import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { absolutePath } from './paths.ts';
import { compareRolloutNames, parseRolloutName, type RolloutName } from './rollout-name.ts';

/** A rollout that has the name Codex gives them. */
export interface NamedRollout {
  readonly path: string;
  readonly name: RolloutName;
}

/** The folders of a Codex home that hold rollouts. */
export type HomeFolder = 'sessions' | 'archived_sessions';

/** `sessions/YYYY/MM/DD`, and some to spare. */
const DEEPEST = 6;

/** `$CODEX_HOME`, or `~/.codex`. */
export function defaultCodexHome(env: { readonly CODEX_HOME?: string | undefined }): string {
  return env.CODEX_HOME || join(homedir(), '.codex');
}

/** The Codex home that `path` lies in, when it stands below a `sessions` or `archived_sessions` folder. */
export function codexHomeOf(path: string): string | undefined {
  const { home } = placeInHome(path) ?? {};
  return home;
}

/** Whether a rollout is archived: it lies in the folder where a home keeps these (docs/codex.md 5.4). */
export function isArchived(path: string): boolean {
  return placeInHome(path)?.folder === 'archived_sessions';
}

type PlaceInHome = { readonly home: string; readonly folder: HomeFolder } | undefined;

/** Rollouts come folder by folder, and each is asked about several times. */
let lastFolder = { path: '', cwd: '', place: undefined as PlaceInHome };

function placeInHome(path: string): PlaceInHome {
  const folder = dirname(path);
  const cwd = process.cwd();
  if (folder !== lastFolder.path || cwd !== lastFolder.cwd) lastFolder = { path: folder, cwd, place: placeOf(folder) };
  return lastFolder.place;
}

function placeOf(folder: string): PlaceInHome {
  const absolute = absolutePath(folder);
  if (!absolute.includes('sessions')) return undefined;
  const parts = absolute.split(sep);
  const at = Math.max(parts.lastIndexOf('sessions'), parts.lastIndexOf('archived_sessions'));
  if (at <= 0) return undefined;
  return { home: parts.slice(0, at).join(sep) || sep, folder: parts[at] as HomeFolder };
}

/**
 * The rollouts in a folder of a Codex home, newest first; none when there is no such folder. Links to files and folders
 * are followed, as Codex does. Of a plain and a compressed one the plain one counts (docs/codex.md 5.1).
 * @throws the system's error when the folder is there but cannot be read
 */
export function rolloutsInHome(home: string, folder: HomeFolder): NamedRollout[] {
  const found = new Map<string, NamedRollout>();
  collect(join(home, folder), 0, found);
  return [...found.values()].sort((a, b) => compareRolloutNames(b.name, a.name));
}

function collect(directory: string, depth: number, found: Map<string, NamedRollout>): void {
  for (const entry of entriesOf(directory)) {
    const path = join(directory, entry.name);
    const name = parseRolloutName(entry.name);
    const target = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry;
    if (name && target?.isFile()) {
      const plain = path.replace(/\.zst$/, '');
      if (plain === path || !found.has(plain)) found.set(plain, { path, name });
    } else if (target?.isDirectory() && depth < DEEPEST) collect(path, depth + 1, found);
  }
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
