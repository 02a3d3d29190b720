import { type FileHandle, open } from 'node:fs/promises';
import { Problem } from '../../errors.ts';

/** Bytes that can be read anywhere, up to a size that was fixed when they were opened. */
export interface RandomAccess {
  /** Size in bytes at opening. What is appended later is not seen. */
  readonly size: number;
  /**
   * Fills `into` with the bytes from `position` on.
   * @throws {FileShrank} when the bytes are no longer there.
   */
  read(into: Buffer, position: number): Promise<void>;
  close(): Promise<void>;
}

/** The file became shorter than it was when it was opened. */
export class FileShrank extends Problem {
  readonly offset: number;

  constructor(offset: number, size: number) {
    super('file-shrank', `the file shrank while it was read: byte ${offset} of ${size} is gone`);
    this.offset = offset;
  }
}

/** Opens a regular file. @throws the system's error, with its `code`. */
export async function openRandomAccess(path: string): Promise<RandomAccess> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return { size, read: (into, position) => readFully(handle, into, position, size), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readFully(handle: FileHandle, into: Buffer, position: number, size: number): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) throw new FileShrank(position + filled, size);
    filled += bytesRead;
  }
}

/** The bytes from 0 to `end`, in order, in blocks of `blockBytes`; each block is valid until the next is asked for. */
export async function* readForward(file: RandomAccess, end: number, blockBytes: number): AsyncGenerator<Buffer> {
  const block = Buffer.allocUnsafe(Math.min(blockBytes, end));
  for (let position = 0; position < end; position += block.length) {
    const bytes = block.subarray(0, Math.min(block.length, end - position));
    await file.read(bytes, position);
    yield bytes;
  }
}
