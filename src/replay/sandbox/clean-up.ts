/** Everything is being undone: nothing new is begun. */
class Interrupted extends Error {
  constructor() {
    super('interrupted');
  }
}

/** What has to be undone when a run is over, however it ends: the last thing first. */
export class CleanUp {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #running: Promise<void> | undefined;

  /**
   * Begins something; `undo` is done when it is there and a run is over. @throws {Interrupted} when that has come already,
   * and what `make` throws: then there is nothing to undo
   */
  async begin<T>(make: () => T | Promise<T>, undo: (made: T) => Promise<unknown>): Promise<T> {
    if (this.#running) throw new Interrupted();
    const made = make();
    this.#steps.push(async () => undo(await made));
    return made;
  }

  /** Undoes all of it once; who asks again waits for the same. A step that fails does not stop the others. */
  run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await step().catch(() => {});
  }
}
