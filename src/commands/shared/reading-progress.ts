import { escapeControls } from '../../report/escape-controls.ts';
import { bytesText, secondsText } from '../../report/size/amounts.ts';

const ERASE = '\r\x1b[K';
const EVERY_MS = 200;

/** One line on a terminal: how much of a rollout is read, how fast, and how long the rest takes. */
export class ReadingProgress {
  readonly #write: (text: string) => Promise<void>;
  readonly #columns: number;
  #began = performance.now();
  #shown = performance.now();
  #path = '';
  #isShown = false;

  constructor(write: (text: string) => Promise<void>, columns: number) {
    this.#write = write;
    this.#columns = Number.isFinite(columns) ? columns : 80;
  }

  /** Another rollout comes. */
  begin(path: string): void {
    this.#path = path;
    this.#began = performance.now();
  }

  /** `bytes` of it were read, of `all`, if that is known. */
  async show(bytes: number, all: number | null): Promise<void> {
    const now = performance.now();
    if (now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    this.#isShown = true;
    await this.#write(`${ERASE}${this.#text(bytes, all, (now - this.#began) / 1000).slice(0, this.#columns - 1)}`);
  }

  /** Takes the line away, before something else is written. */
  async clear(): Promise<void> {
    if (!this.#isShown) return;
    this.#isShown = false;
    await this.#write(ERASE);
  }

  #text(bytes: number, all: number | null, seconds: number): string {
    const rate = bytes / Math.max(seconds, 0.001);
    const left = all === null ? '' : ` of ${bytesText(all)}, ${secondsText((all - bytes) / rate)} left`;
    return `${bytesText(bytes)}${left}, ${bytesText(rate)}/s: ${escapeControls(this.#path)}`;
  }
}
