import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type HeldLock, holdLock, isLeft, thisMachine } from './home-lock.ts';
import { removeTree } from './remove-tree.ts';

/** A file in a folder of ours that says whose it is: without it nothing is removed. */
const MARK = '.rollout-inspect';
const LOCK = '.lock';
const HEAD = 'a throw-away Codex home of rollout-inspect on';
/** Folders are called so while they are being made, and are given the other name when their lock is held. */
const BEGUN = 'rollout-inspect-begun-';
const HOME = 'rollout-inspect-home-';
const NAME = new RegExp(`^(?:${BEGUN}|${HOME})[A-Za-z0-9]{6}$`);

/** Making one takes a few milliseconds: one that is not made after so long never will be. */
const BEGUN_MS = 60_000;

const held = new Map<string, HeldLock>();

/**
 * Makes a folder in the folder `temporary`, marked as ours and locked for as long as this process lives, and returns its
 * path. Nothing else happens in between, so that its caller can see to its removal. @throws the system's error
 */
export function makeMarkedFolder(temporary: string): string {
  const begun = mkdtempSync(join(temporary, BEGUN));
  writeFileSync(join(begun, MARK), `${HEAD} ${thisMachine()}\n`, { mode: 0o600 });
  const path = join(temporary, `${HOME}${begun.slice(-6)}`);
  const lock = holdLock(join(begun, LOCK), join(path, MARK));
  renameSync(begun, path);
  held.set(path, lock);
  return path;
}

/** Removes a folder and, where it is ours, gives up its lock. @throws the system's error */
export async function removeFolder(path: string): Promise<void> {
  await removeTree(path);
  held.get(path)?.release();
  held.delete(path);
}

/** Removes the homes of runs that are no more, because they were killed. */
export async function removeAbandonedHomes(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    if (!NAME.test(name)) continue;
    const path = join(temporary, name);
    if (await isAbandoned(path)) await removeFolder(path).catch(() => {});
  }
}

/** Whether a folder has our mark, and nobody who made it lives. Another user's is not ours. */
async function isAbandoned(path: string): Promise<boolean> {
  try {
    const folder = await lstat(path);
    if (!folder.isDirectory() || folder.uid !== process.getuid?.()) return false;
    if (basename(path).startsWith(BEGUN) && Date.now() - folder.mtimeMs > BEGUN_MS) return holdsNothingElse(path);
    const mark = await readFile(join(path, MARK), 'utf8');
    const machine = mark.startsWith(`${HEAD} `) ? mark.slice(HEAD.length + 1).trim() : null;
    return machine !== null && (await isLeft(join(path, LOCK), join(path, MARK), machine));
  } catch {
    return false;
  }
}

/** Whether somebody who was killed meanwhile can have made all that stands in a folder that was being made. */
async function holdsNothingElse(path: string): Promise<boolean> {
  return (await readdir(path)).every((name) => name === MARK || name === LOCK);
}
