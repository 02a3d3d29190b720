import { escapeControls } from '../../report/escape-controls.ts';

const ERASE = '\r\x1b[K';
const EVERY_MS = 100;

/** One line on a terminal that says how far a run is, written over again and again. */
export class CheckProgress {
  readonly #write: (text: string) => Promise<void>;
  readonly #columns: number;
  #written = Number.NEGATIVE_INFINITY;
  #isShown = false;

  constructor(write: (text: string) => Promise<void>, columns: number) {
    this.#write = write;
    this.#columns = Number.isFinite(columns) ? columns : 80;
  }

  /** `checked`: how many are done; `path`: the one that comes now. */
  async show(checked: number, path: string): Promise<void> {
    if (performance.now() - this.#written < EVERY_MS) return;
    this.#written = performance.now();
    this.#isShown = true;
    const text = `checked ${checked}, now ${escapeControls(path)}`;
    await this.#write(`${ERASE}${text.slice(0, this.#columns - 1)}`);
  }

  /** Takes the line away, before something else is written. */
  async clear(): Promise<void> {
    if (!this.#isShown) return;
    this.#isShown = false;
    await this.#write(ERASE);
  }
}
