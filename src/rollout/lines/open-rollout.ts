import { createReadStream, statSync } from 'node:fs';
import { NotARollout } from './not-a-rollout.ts';
import { FileShrank, openRandomAccess, type RandomAccess } from './random-access.ts';

export { NotARollout };

/** A rollout that is open: a file that can be read anywhere, or bytes that come once and in order. */
export type OpenRollout =
  | { readonly kind: 'file'; readonly file: RandomAccess }
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<Buffer> };

/** A file, or a stream where its size is not to be believed: what the kernel makes up in `/proc` has the size 0. */
async function openFile(path: string): Promise<OpenRollout> {
  const file = await openRandomAccess(path);
  if (file.size > 0 || !(await holdsMore(file))) return { kind: 'file', file };
  await file.close();
  return { kind: 'stream', chunks: chunksOf(path) };
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
  const stats = statSync(path);
  if (stats.isDirectory()) throw new NotARollout('is a directory, not a rollout');
  if (stats.isFIFO()) return { kind: 'stream', chunks: chunksOf(path) };
  if (!stats.isFile())
    throw new NotARollout('is neither a file nor a pipe', 'not-a-rollout', { hint: 'name a rollout' });
  if (!path.endsWith('.zst')) return openFile(path);
  const { expandZstd } = await import('./expand-zstd.ts');
  return { kind: 'stream', chunks: expandZstd(chunksOf(path)) };
}

/** Is opened when it is asked for its first bytes: what nobody reads would stay open, and tell nobody that it cannot be opened. */
async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}
