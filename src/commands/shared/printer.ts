/** Writes pieces of text in their order while others go on; what cannot be written is told at once. */
export class Printer {
  /** Rejects when the output takes no more. */
  readonly failed: Promise<never>;
  readonly #write: (text: string) => Promise<void>;
  #fail: (error: unknown) => void = () => {};
  #last: Promise<void> = Promise.resolve();

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
  }

  print(text: string): void {
    if (text === '') return;
    this.#last = this.#last.then(() => this.#write(text));
    this.#last.catch((error) => this.#fail(error));
  }

  /** Fulfils when all of it is written. @throws {OutputFailed} */
  async done(): Promise<void> {
    await this.#last;
  }
}
