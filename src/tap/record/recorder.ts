import { LiveFile, type LiveFileHandle } from '../../files/live-file.ts';
import type { Viewer } from '../observe/observer.ts';
import type { TappedMessage } from '../observe/tapped-message.ts';
import { headerLine, type TranscriptHeader } from './header.ts';

/** Writes a transcript while it comes: at any time the file holds whole lines. What finds no room is counted. */
export class Recorder implements Viewer {
  readonly #file: LiveFile;
  #header: TranscriptHeader;
  #waiting: Buffer[] = [];
  #count = 0;
  #problem: string | null = null;
  #hasHeader = false;

  constructor(handle: LiveFileHandle, startedAt: string) {
    this.#file = new LiveFile(handle);
    this.#header = { server: null, startedAt, redacted: false, missing: 0 };
  }

  /** How many messages are not in the file, and the last reason. */
  get loss(): { readonly missing: number; readonly reason: string | null } {
    return { missing: this.#header.missing, reason: this.#problem };
  }

  message(message: TappedMessage): void {
    this.#waiting.push(...recordLine(message));
    this.#count++;
  }

  /** Another line, which is no message. */
  note(value: string): void {
    this.#waiting.push(Buffer.from(`${value}\n`));
  }

  /** Messages that passed and cannot be recorded. */
  missed(count: number): void {
    this.#setHeader({ missing: this.#header.missing + count });
  }

  closed(): void {}

  server(version: string): void {
    this.#setHeader({ server: version });
  }

  /** Puts on disk what was added. */
  flush(): void {
    const [parts, count] = [this.#waiting, this.#count];
    this.#waiting = [];
    this.#count = 0;
    try {
      if (!this.#hasHeader) this.#file.append([headerLine(this.#header)]);
      this.#hasHeader = true;
      this.#file.append(parts);
    } catch (error) {
      this.#problem = (error as NodeJS.ErrnoException).code ?? String(error);
      this.missed(count);
    }
  }

  #setHeader(change: Partial<TranscriptHeader>): void {
    this.#header = { ...this.#header, ...change };
    try {
      if (this.#hasHeader) this.#file.replaceStart(headerLine(this.#header));
    } catch {
      // What is missing is also told when the tap ends, and shows in the numbers of the entries.
    }
  }
}

/** A message as a line of a transcript, in parts: JSON as it passed, byte for byte. */
function recordLine({ seq, atMs, connection, direction, line, message }: TappedMessage): Buffer[] {
  const start = `{"seq":${seq},"atMs":${atMs},"connection":${JSON.stringify(connection)},"direction":"${direction}",`;
  if (message === undefined)
    return [Buffer.from(`${start}"text":${JSON.stringify(line.toString('utf8').replace(/\r$/, ''))}}\n`)];
  return [Buffer.from(`${start}"message":`), line, Buffer.from('}\n')];
}
