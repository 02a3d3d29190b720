import type { RandomAccess } from '../../src/rollout/lines/random-access.ts';

/** A file that is in memory, and counts the bytes that were read of it. */
export function memoryFile(bytes: Buffer): RandomAccess & { bytesRead: number } {
  return {
    size: bytes.length,
    bytesRead: 0,
    async read(into, position) {
      this.bytesRead += into.length;
      bytes.copy(into, 0, position, position + into.length);
    },
    async close() {},
  };
}

/** `bytes` in pieces, cut at `cuts` (any numbers; they are brought into range). */
export async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const sorted = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...sorted, bytes.length]) {
    if (end > start) yield Buffer.from(bytes.subarray(start, end));
    start = Math.max(start, end);
  }
}

export async function collected<T>(
  batches: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
  take: (item: T) => T,
): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch.map(take));
  return all;
}
