import type { Io } from '../../io.ts';
import { escapeControls } from '../../report/escape-controls.ts';
import { TerminalLine } from './terminal-line.ts';

const EVERY_MS = 1000;

/** One line on a terminal that says what is waited for, and for how long by now. */
export class WaitingLine {
  readonly #line: TerminalLine;
  #text = '';
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  /** While something else is written. */
  #isAside = false;

  constructor(io: Pick<Io, 'err' | 'errColumns'>) {
    this.#line = new TerminalLine(io);
  }

  /** Null where nobody watches. */
  static of(io: Io): WaitingLine | null {
    return io.errIsTerminal ? new WaitingLine(io) : null;
  }

  /** From now on this is waited for. */
  async say(text: string): Promise<void> {
    this.#text = escapeControls(text);
    this.#since = performance.now();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#draw(), EVERY_MS).unref();
    await this.#draw();
  }

  /** Has something else written, above the line. */
  async above(write: () => Promise<void>): Promise<void> {
    this.#isAside = true;
    await this.#line.clear();
    await write();
    this.#isAside = false;
    await this.#draw();
  }

  /** Takes the line away for good. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#line.clear();
  }

  async #draw(): Promise<void> {
    if (this.#timer === undefined || this.#isAside) return;
    const seconds = Math.round((performance.now() - this.#since) / 1000);
    await this.#line.draw(seconds === 0 ? this.#text : `${this.#text}, ${seconds} s`);
  }
}
