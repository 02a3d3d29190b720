import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Problem } from '../../errors.ts';
import { textBlock } from '../../json/text-end.ts';

/**
 * Bytes that can be read anywhere, up to a size that was fixed when they were opened. Reading is synchronous: for many
 * small files the thread pool costs more than the reading itself.
 */
export interface RandomAccess {
  /** Size in bytes at opening. What is appended later is not seen. */
  readonly size: number;
  /**
   * Fills `into` with the bytes from `position` on.
   * @throws {FileShrank} when the bytes are no longer there.
   */
  read(into: Buffer, position: number): void;
  close(): void;
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
export function openRandomAccess(path: string): RandomAccess {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    return {
      size,
      read: (into, position) => readFully(descriptor, into, position, size),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function readFully(descriptor: number, into: Buffer, position: number, size: number): void {
  let filled = 0;
  while (filled < into.length) {
    const bytesRead = readSync(descriptor, into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) throw new FileShrank(position + filled, size);
    filled += bytesRead;
  }
}

/** The bytes from 0 to `end`, in order, in blocks of `blockBytes`; each block is valid until the next is asked for. */
export function* readForward(file: RandomAccess, end: number, blockBytes: number): Generator<Buffer> {
  const block = takeBlock(blockBytes);
  try {
    for (let position = 0; position < end; position += block.length) {
      const bytes = block.subarray(0, Math.min(block.length, end - position));
      file.read(bytes, position);
      yield bytes;
    }
  } finally {
    keepBlock(block);
  }
}

/** Blocks that nobody reads into, by their size: the next file is read into the same memory. */
const free = new Map<number, Buffer[]>();

/** Memory to read `size` bytes into. Whoever takes it gives it back to `keepBlock`. */
export function takeBlock(size: number): Buffer {
  return free.get(size)?.pop() ?? textBlock(size);
}

/** Takes back what `takeBlock` gave, for the next one who reads. */
export function keepBlock(block: Buffer): void {
  const others = free.get(block.length);
  if (others) others.push(block);
  else free.set(block.length, [block]);
}
