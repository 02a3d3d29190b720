import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const START_BYTES = 256 * 1024;
const END_BYTES = 4 * 1024;

/** What is read of an existing file to tell what it is. */
export interface FileExcerpt {
  /** Its first bytes, at most 256 KiB. */
  readonly start: Buffer;
  /** Its last bytes, at most 4 KiB. */
  readonly end: Buffer;
}

/** Reads the two ends of the regular file at `path`, which is no link. @throws the system's error */
export async function excerptOf(path: string): Promise<FileExcerpt> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { size } = await file.stat();
    return { start: await part(file, 0, START_BYTES), end: await part(file, Math.max(0, size - END_BYTES), END_BYTES) };
  } finally {
    await file.close();
  }
}

async function part(file: FileHandle, position: number, most: number): Promise<Buffer> {
  const bytes = Buffer.alloc(most);
  const { bytesRead } = await file.read(bytes, 0, most, position);
  return bytes.subarray(0, bytesRead);
}
