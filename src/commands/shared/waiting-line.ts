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
    await this.#line.draw(this.#text);
  }

  /** Takes the line away, before something else is written; it comes again. */
  async clear(): Promise<void> {
    await this.#line.clear();
  }

  /** Takes the line away for good. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#line.clear();
  }

  async #draw(): Promise<void> {
    await this.#line.draw(`${this.#text}, ${Math.round((performance.now() - this.#since) / 1000)} s`);
  }
}
