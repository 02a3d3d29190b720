import { once } from 'node:events';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { connect, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { cannotRead } from '../shared/targets.ts';
import { WRITTEN_BY } from '../shared/transcript-file.ts';

const BLOCK = 256 * 1024;
/** How long a place is left alone where nothing new was found, in milliseconds. */
const PAUSE_MS = 200;
const UNIX = 'unix://';

/** A transcript that is watched. */
export interface WatchedTranscript {
  /** Whether more of it may come at any time. */
  readonly isLive: boolean;
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * The transcript in a file, or of a tap where `place` is its socket: a path, which may have `unix://` in front of it; then it is
 * waited for. `follow`: what is still to come in a file, too, which need not be there yet; and the transcript that takes its
 * place, or that of the next tap at a socket. @throws {UserError} when it cannot be read
 */
export async function* watchedTranscripts(place: string, follow: boolean): AsyncGenerator<WatchedTranscript> {
  const path = place.startsWith(UNIX) ? place.slice(UNIX.length) : place;
  for (;;) {
    const source = await opened(path, follow || path !== place);
    if (source instanceof Socket) yield { isLive: true, bytes: socketBytes(source) };
    else yield { isLive: follow, bytes: fileBytes(source, path, follow) };
    if (!follow) return;
    await wait(PAUSE_MS);
  }
}

/** Ends with the file, or where it is followed when another one has taken its place. */
async function* fileBytes(file: FileHandle, path: string, follow: boolean): AsyncGenerator<Buffer> {
  try {
    const { ino } = await file.stat();
    for (;;) {
      // Asked before, so that nothing is missed which was written until then.
      const isReplaced = follow && (await stat(path).catch(() => null))?.ino !== ino;
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(BLOCK), 0, BLOCK, null);
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
      else if (!follow || isReplaced) return;
      else await wait(PAUSE_MS);
    }
  } finally {
    await file.close();
  }
}

async function* socketBytes(socket: Socket): AsyncGenerator<Buffer> {
  try {
    yield* socket as AsyncIterable<Buffer>;
  } catch {
    // A tap that is killed breaks off: that is its end.
  }
}

async function opened(path: string, waits: boolean): Promise<FileHandle | Socket> {
  for (;;) {
    try {
      return (await stat(path)).isSocket() ? await connected(path) : await open(path);
    } catch (error) {
      const isThere = !['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (!waits || isThere) throw cannotRead(path, error, WRITTEN_BY);
      await wait(PAUSE_MS);
    }
  }
}

async function connected(path: string): Promise<Socket> {
  const socket = connect(path);
  await once(socket, 'connect');
  return socket;
}
