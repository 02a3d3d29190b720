import { chmodSync, read } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { within } from '../../wire/within.ts';

const BLOCK = 64 * 1024;
/** How long watchers have in the end to take what they have not got. */
const LAST_MS = 500;

const readFrom = promisify(read);

/**
 * Shows a transcript to whoever connects to a unix socket: from its beginning, and then what comes. Each watcher reads the
 * file at its own pace, so that a slow one holds up nobody and takes no memory.
 */
export class Gallery {
  readonly #fd: number;
  readonly #server: Server;
  readonly #watchers = new Set<Promise<void>>();
  readonly #sockets = new Set<Socket>();
  #size = 0;
  #isOver = false;
  #problem: string | null = null;
  #change: Promise<void> = Promise.resolve();
  #changed = () => {};

  /** `fd`: the transcript, which can be read. `path`: the socket, its owner's alone; nothing may stand there. */
  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#renew();
    this.#server = createServer((socket) => this.#arrived(socket));
    this.#server.on('error', (error: NodeJS.ErrnoException) => {
      this.#problem = error.code ?? error.message;
    });
    this.#server.on('listening', () => chmodSync(path, 0o600));
    this.#server.listen(path);
  }

  /** Why nobody can watch; null where that is not so. */
  get problem(): string | null {
    return this.#problem;
  }

  /** So many bytes of the transcript stand in the file. */
  grown(size: number): void {
    if (size === this.#size) return;
    this.#size = size;
    const changed = this.#changed;
    this.#renew();
    changed();
  }

  /** No more will come. Fulfils when all have got everything, or after a moment. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#changed();
    this.#server.close();
    await within(Promise.all(this.#watchers), LAST_MS);
    for (const socket of this.#sockets) socket.destroy();
  }

  #arrived(socket: Socket): void {
    this.#sockets.add(socket);
    // What a watcher says is of no interest, but its end is.
    socket.resume();
    const watcher = pipeline(Readable.from(this.#pieces(), { objectMode: false }), socket)
      .catch(() => {})
      .then(() => {
        this.#watchers.delete(watcher);
        this.#sockets.delete(socket);
      });
    this.#watchers.add(watcher);
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; ; ) {
      if (at < this.#size) {
        const piece = Buffer.allocUnsafe(Math.min(BLOCK, this.#size - at));
        const { bytesRead } = await readFrom(this.#fd, piece, 0, piece.length, at);
        at += bytesRead;
        yield piece.subarray(0, bytesRead);
      } else if (this.#isOver) return;
      else await this.#change;
    }
  }

  #renew(): void {
    this.#change = new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}
