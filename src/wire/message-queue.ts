/** Longer texts wait one by one. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Texts that wait to be read, in order: written by one, read by one. */
export class MessageQueue implements AsyncIterable<Buffer> {
  readonly #waiting: Buffer[] = [];
  readonly #limit: number;
  #bytes = 0;
  #wake = () => {};
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #ending: { readonly error: Error | undefined } | undefined;

  /** `limit`: how many may wait, as long as they are short, before `push` asks its caller to do so too. */
  constructor(limit = 64) {
    this.#limit = limit;
  }

  /** Fulfils when there is room for more. After the end nothing is taken. */
  async push(message: Buffer): Promise<void> {
    if (this.#ending) return;
    this.#waiting.push(message);
    this.#bytes += message.length;
    this.#wake();
    if (this.#isFull) await this.#roomAgain();
  }

  /** What waits is still read; then the reader is at the end, or gets `error`. */
  end(error?: Error): void {
    this.#ending ??= { error };
    this.#room?.resolve();
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message) {
        this.#bytes -= message.length;
        if (!this.#isFull) this.#room?.resolve();
        yield message;
      } else if (this.#ending) {
        if (this.#ending.error) throw this.#ending.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  get #isFull(): boolean {
    return this.#waiting.length >= this.#limit || this.#bytes >= MOST_BYTES;
  }

  #roomAgain(): Promise<void> {
    if (!this.#room) {
      let resolve = () => {};
      const promise = new Promise<void>((free) => {
        resolve = free;
      });
      this.#room = {
        promise,
        resolve: () => {
          this.#room = undefined;
          resolve();
        },
      };
    }
    return this.#room.promise;
  }
}
