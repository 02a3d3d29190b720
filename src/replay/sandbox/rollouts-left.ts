import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isRolloutFile } from '../../history/list-rollouts.ts';

/** Codex puts rollouts three folders deep. */
const DEEPEST = 8;
/** How many files and folders are looked at, in any order. */
const MOST_ENTRIES = 20_000;

/** The rollouts of a home that a server worked in, whatever it made of it. */
export interface RolloutsLeft {
  /** Ordinary files, sorted. */
  readonly paths: readonly string[];
  /** Whether there may be more: the home holds too many files, or folders too deep. */
  readonly isCut: boolean;
}

/**
 * Looks for rollouts in the sessions of a home, in bounded time: a home without sessions has none, links are not followed.
 * @throws the reason of `signal` when it is aborted
 */
export async function rolloutsLeftIn(home: string, signal?: AbortSignal): Promise<RolloutsLeft> {
  const paths: string[] = [];
  const folders = [{ path: join(home, 'sessions'), depth: 1 }];
  let entries = 0;
  let isCut = false;
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const listing = await opendir(folder.path).catch(() => []);
    for await (const entry of listing) {
      signal?.throwIfAborted();
      if (++entries > MOST_ENTRIES) return { paths: paths.sort(), isCut: true };
      const path = join(folder.path, entry.name);
      if (entry.isFile() && isRolloutFile(entry.name)) paths.push(path);
      if (!entry.isDirectory()) continue;
      if (folder.depth < DEEPEST) folders.push({ path, depth: folder.depth + 1 });
      else isCut = true;
    }
  }
  return { paths: paths.sort(), isCut };
}
