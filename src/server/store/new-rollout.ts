import { randomBytes } from 'node:crypto';
import { constants, writeSync } from 'node:fs';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
const FLUSH_BYTES = 1024 * 1024;

/** How the name of a new rollout goes on until it is whole. */
const UNFINISHED = /\.jsonl\.[0-9a-f]{12}\.tmp$/;

/** Whether a file is called like a new rollout that is not whole yet. */
export function isUnfinishedRollout(name: string): boolean {
  return UNFINISHED.test(name);
}

/**
 * Writes a new rollout, for its owner alone, in folders that are made for it. It gets its name when all of it is on disk;
 * until then it has one that Codex does not take for a rollout's. `fill` writes it piece by piece.
 * @returns its size in bytes
 * @throws what `fill` throws, or the system's error, for example when there is such a file already; then nothing is left
 */
export async function writeNewRollout(
  path: string,
  fill: (write: (piece: string | Buffer) => void) => Promise<void>,
): Promise<number> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    let size = 0;
    const flush = () => {
      const bytes = Buffer.concat(waiting);
      for (let written = 0; written < bytes.length; ) written += writeSync(file.fd, bytes, written);
      waiting = [];
      waitingBytes = 0;
    };
    await fill((piece) => {
      const bytes = Buffer.from(piece);
      waiting.push(bytes);
      waitingBytes += bytes.length;
      size += bytes.length;
      if (waitingBytes >= FLUSH_BYTES) flush();
    });
    flush();
    await file.sync();
    await moveToNewName(temporary, path);
    return size;
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
}

/** Unlike a bare rename this never replaces what stands there, where the file system knows hard links. */
async function moveToNewName(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    await rename(from, to);
  }
}
