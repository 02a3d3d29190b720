import { fstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';

const NULL_DEVICE = '/dev/null';
const SHELLS = /^-?(?:sh|bash|dash|ash|busybox|zsh|ksh|mksh|yash|fish)$/;
const READ_AND_WRITE = 0o2;
const ACCESS_MODE = 0o3;

/**
 * Whether standard output was closed when this process began, as by `>&-`. Node.js opens the null device in its place, and
 * then everything that is written vanishes as if all were well. So does everything with `>/dev/null`, which is meant: shells
 * open that for writing only, Node.js for reading, too. Other programs also do that for children whose output they do not
 * want; so the parent must have no standard output itself, or be a shell that has another one. Linux; false elsewhere.
 */
export function wasOutputClosed(): boolean {
  try {
    const output = fstatSync(1);
    if (!output.isCharacterDevice() || output.rdev !== statSync(NULL_DEVICE).rdev) return false;
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/1', 'utf8'))?.[1] ?? '0';
    if ((Number.parseInt(flags, 8) & ACCESS_MODE) !== READ_AND_WRITE) return false;
    const outputOfParent = linkOf(`/proc/${process.ppid}/fd/1`);
    if (outputOfParent === null) return true;
    const parent = readFileSync(`/proc/${process.ppid}/comm`, 'utf8').trim();
    return SHELLS.test(parent) && outputOfParent !== NULL_DEVICE;
  } catch {
    return false;
  }
}

/** Null when there is nothing. @throws the system's error when it may not be asked */
function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
