/** Texts that wait to be read, in order: written by one, read by one. */
export class MessageQueue implements AsyncIterable<Buffer> {
  readonly #waiting: Buffer[] = [];
  readonly #limit: number;
  #wake = () => {};
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #ending: { readonly error: Error | undefined } | undefined;

  /** `limit`: how many may wait before `push` asks its caller to do so too. */
  constructor(limit = 64) {
    this.#limit = limit;
  }

  /** Fulfils when there is room for more. After the end nothing is taken. */
  async push(message: Buffer): Promise<void> {
    if (this.#ending) return;
    this.#waiting.push(message);
    this.#wake();
    if (this.#waiting.length >= this.#limit) await this.#roomAgain();
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
        if (this.#waiting.length < this.#limit) this.#room?.resolve();
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
