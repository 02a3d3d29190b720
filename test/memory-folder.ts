import { readFileSync, statfsSync } from 'node:fs';

const FOLDER = '/dev/shm';
/** What all tests that run at once may need, in bytes. */
const ROOM = 2 ** 31;

/**
 * A folder in memory that has room for temporary files and may hold programs, or undefined where there is none. Codex servers
 * start four times faster there, since they wait for the disk. Linux.
 */
export function memoryFolder(): string | undefined {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const options = mounts
      .map((line) => line.split(' '))
      .findLast(([, at]) => at === FOLDER)?.[3]
      ?.split(',') ?? ['ro'];
    const { bavail, bsize } = statfsSync(FOLDER);
    const isFit = bavail * bsize > ROOM && !options.includes('ro') && !options.includes('noexec');
    return isFit ? FOLDER : undefined;
  } catch {
    return undefined;
  }
}
