import { LiveFile, type LiveFileHandle } from '../../files/live-file.ts';
import { LogText } from '../../report/tap/log-text.ts';
import type { Viewer } from '../../tap/observe/observer.ts';
import type { TappedMessage } from '../../tap/observe/tapped-message.ts';

/** Writes the log while messages come. What finds no room in the file is left out. */
export class LogViewer implements Viewer {
  readonly #file: LiveFile;
  readonly #text: LogText;
  #waiting: string;
  #problem: string | null = null;

  constructor(handle: LiveFileHandle, startedAt: number) {
    this.#file = new LiveFile(handle);
    this.#text = new LogText(startedAt);
    this.#waiting = this.#text.head();
  }

  /** Why lines are missing; null when none is. */
  get problem(): string | null {
    return this.#problem;
  }

  message(message: TappedMessage): void {
    this.#waiting += this.#text.message(message);
  }

  missed(): void {}

  closed(connection: string, atMs: number): void {
    this.#waiting += this.#text.closed(connection, atMs);
  }

  remark(atMs: number, text: string): void {
    this.#waiting += this.#text.remark(atMs, text);
  }

  /** Writes what was added. */
  flush(): void {
    const text = this.#waiting;
    this.#waiting = '';
    if (text === '') return;
    try {
      this.#file.append([Buffer.from(text)]);
    } catch (error) {
      this.#problem = (error as NodeJS.ErrnoException).code ?? String(error);
    }
  }
}
