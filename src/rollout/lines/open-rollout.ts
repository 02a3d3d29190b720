import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Problem, type ProblemOptions } from '../../errors.ts';
import { FileShrank, openRandomAccess, type RandomAccess } from './random-access.ts';

/** A rollout that is open: a file that can be read anywhere, or bytes that come once and in order. */
export type OpenRollout =
  | { readonly kind: 'file'; readonly file: RandomAccess }
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<Buffer> };

/** What cannot be read as a rollout, whatever it holds: a folder, a device, a compressed file on an old Node. */
export class NotARollout extends Problem {
  constructor(message: string, code: 'not-a-rollout' | 'compressed' = 'not-a-rollout', options: ProblemOptions = {}) {
    super(code, message, options);
  }
}

/** The part of Node's zlib that came with 22.15. */
type Zstd = { createZstdDecompress?: () => NodeJS.ReadWriteStream & Readable };

/** A file, or a stream where its size is not to be believed: what the kernel makes up in `/proc` has the size 0. */
async function openFile(path: string): Promise<OpenRollout> {
  const file = await openRandomAccess(path);
  if (file.size > 0 || !(await holdsMore(file))) return { kind: 'file', file };
  await file.close();
  return { kind: 'stream', chunks: createReadStream(path) };
}

async function holdsMore(file: RandomAccess): Promise<boolean> {
  try {
    await file.read(Buffer.alloc(1), file.size);
    return true;
  } catch (error) {
    if (error instanceof FileShrank) return false;
    throw error;
  }
}

/**
 * Opens the rollout at `path`: a regular file, a pipe, or a `.jsonl.zst` (docs/codex.md 5.1).
 * @throws {NotARollout}, or the system's error with its `code`.
 */
export async function openRollout(path: string): Promise<OpenRollout> {
  const stats = await stat(path);
  if (stats.isDirectory()) throw new NotARollout('is a directory, not a rollout');
  if (stats.isFIFO()) return { kind: 'stream', chunks: createReadStream(path) };
  if (!stats.isFile()) throw new NotARollout('is neither a file nor a pipe');
  if (!path.endsWith('.zst')) return openFile(path);
  const decompress = ((await import('node:zlib')) as Zstd).createZstdDecompress;
  if (!decompress) {
    throw new NotARollout('is compressed, which this Node cannot read', 'compressed', {
      hint: 'zstd -dc FILE | rollout-inspect usage -',
    });
  }
  return { kind: 'stream', chunks: createReadStream(path).pipe(decompress()) };
}
