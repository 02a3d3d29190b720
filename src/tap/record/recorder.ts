import { LiveFile, type LiveFileHandle } from '../../files/live-file.ts';
import type { Viewer } from '../observe/observer.ts';
import type { TappedMessage } from '../observe/tapped-message.ts';
import { headerLine, type TranscriptHeader } from './header.ts';

/** So many bytes of lines are kept until they are put on disk; a longer one goes there at once. */
const KEPT = 256 * 1024;

/** Writes a transcript while it comes: at any time the file holds whole lines. What finds no room is counted. */
export class Recorder implements Viewer {
  readonly #file: LiveFile;
  #header: TranscriptHeader;
  readonly #kept = Buffer.alloc(KEPT);
  #length = 0;
  /** Messages among what is kept. */
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

  /** How many bytes of the transcript are in the file. */
  get size(): number {
    return this.#file.size;
  }

  message(message: TappedMessage): void {
    this.#add(recordLine(message), 1);
  }

  /** Another line, which is no message. */
  note(value: string): void {
    this.#add([Buffer.from(`${value}\n`)], 0);
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
    const [lines, count] = [this.#kept.subarray(0, this.#length), this.#count];
    this.#length = 0;
    this.#count = 0;
    this.#write(lines.length > 0 ? [lines] : [], count);
  }

  /** Adds a line that is given in parts, which are not used any more later. */
  #add(parts: readonly Buffer[], count: number): void {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (this.#length + length > KEPT) this.flush();
    if (length > KEPT) {
      this.#write(parts, count);
      return;
    }
    for (const part of parts) this.#length += part.copy(this.#kept, this.#length);
    this.#count += count;
  }

  #write(parts: readonly Buffer[], count: number): void {
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
