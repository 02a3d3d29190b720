/** Does what concerns the same thing one after the other, and the rest at the same time. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` when all work given for `key` before has ended, however it ended. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const ended = result.then(
      () => {},
      () => {},
    );
    this.#last.set(key, ended);
    try {
      return await result;
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    }
  }
}
