import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { normalize } from 'node:path';
import { entryOf } from './paths.ts';

/** The rollouts below a folder, and what stands in the way of saying that these are all. */
export interface RolloutListing {
  /** Sorted. */
  readonly paths: readonly string[];
  /** Folders that could not be read, with the system's error. */
  readonly unreadable: readonly { readonly path: string; readonly error: unknown }[];
  /** How many symbolic links there are: none is followed. */
  readonly links: number;
  /** How many files there are, of whatever name. */
  readonly files: number;
}

/** Files of a Codex home that end like rollouts. */
const OTHERS = new Set(['history.jsonl', 'session_index.jsonl']);

/** Whether a file is called like a rollout, by whatever name. */
export function isRolloutFile(name: string): boolean {
  return /\.jsonl(?:\.zst)?$/.test(name) && !OTHERS.has(name);
}

/** A folder that is not walked into: what packages and tools keep for themselves. */
export function isLeftOut(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}

/**
 * Every rollout below `directory`, but for `node_modules` and dot folders in it. Where `x.jsonl` and `x.jsonl.zst` both exist the plain file counts (docs/codex.md 5.1).
 * @throws the system's error when `directory` itself cannot be read
 */
export async function listRollouts(directory: string): Promise<RolloutListing> {
  const found = { paths: [] as string[], unreadable: [] as { path: string; error: unknown }[], links: 0, files: 0 };
  await collect(normalize(directory), await readdir(directory, { withFileTypes: true }), found);
  const plain = new Set(found.paths);
  const paths = found.paths.filter((path) => !(path.endsWith('.zst') && plain.has(path.slice(0, -'.zst'.length))));
  return { ...found, paths: paths.sort() };
}

async function collect(
  directory: string,
  entries: readonly Dirent[],
  found: { paths: string[]; unreadable: { path: string; error: unknown }[]; links: number; files: number },
): Promise<void> {
  for (const entry of entries) {
    const path = entryOf(directory, entry.name);
    if (entry.isSymbolicLink()) found.links++;
    if (entry.isFile()) found.files++;
    if (entry.isFile() && isRolloutFile(entry.name)) found.paths.push(path);
    if (!entry.isDirectory() || isLeftOut(entry.name)) continue;
    try {
      await collect(path, await readdir(path, { withFileTypes: true }), found);
    } catch (error) {
      found.unreadable.push({ path, error });
    }
  }
}
