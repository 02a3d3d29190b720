import { mkdtempSync, writeFileSync } from 'node:fs';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A file in a folder of ours that says whose it is: without it nothing is removed. */
const MARK = '.rollout-inspect';
const NAME = /^rollout-inspect-(\d+)-[A-Za-z0-9]{6}$/;

/**
 * Makes a folder in the folder `temporary`, marked as this process's, and returns its path. Nothing else happens in
 * between, so that its caller can see to its removal. @throws the system's error
 */
export function makeMarkedFolder(temporary: string): string {
  const path = mkdtempSync(join(temporary, `rollout-inspect-${process.pid}-`));
  writeFileSync(join(path, MARK), markOf(process.pid));
  return path;
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}

/** Removes the folders of processes of this machine that are no more, because they were killed. */
export async function removeAbandonedHomes(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    const path = join(temporary, name);
    if (Number.isNaN(pid) || isRunning(pid) || !(await isOurs(path, pid))) continue;
    await removeFolder(path).catch(() => {});
  }
}

/** Whether a folder has our mark, or was left before it could get one. Another user's is not ours. */
async function isOurs(path: string, pid: number): Promise<boolean> {
  try {
    const folder = await lstat(path);
    if (!folder.isDirectory() || folder.uid !== process.getuid?.()) return false;
    const names = await readdir(path);
    return names.length === 0 || (await readFile(join(path, MARK), 'utf8')) === markOf(pid);
  } catch {
    return false;
  }
}

function markOf(pid: number): string {
  return `process ${pid} on ${hostname()}\n`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
