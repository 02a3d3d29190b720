import type { Io } from '../../io.ts';

const ERASE = '\r\x1b[K';

/** One line at a terminal that is drawn over and over, and must be taken away before anything else is written. */
export class TerminalLine {
  readonly #write: (text: string) => Promise<void>;
  readonly #columns: number;
  #isShown = false;

  constructor({ err, errColumns }: Pick<Io, 'err' | 'errColumns'>) {
    this.#write = err;
    this.#columns = Number.isFinite(errColumns) ? errColumns : 80;
  }

  /** Takes the place of what stood there. `text` acts on nothing; what does not fit is cut off. */
  async draw(text: string): Promise<void> {
    this.#isShown = true;
    await this.#write(`${ERASE}${text.slice(0, this.#columns - 1)}`);
  }

  async clear(): Promise<void> {
    if (!this.#isShown) return;
    this.#isShown = false;
    await this.#write(ERASE);
  }
}
