import { recording } from '../../files/kinds.ts';
import { OutputFile } from '../../files/output-file.ts';
import type { Guard } from '../../files/refusal.ts';
import { ndjsonLines } from '../../report/json.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';

/**
 * A transcript that is written to a file as it comes, readable by nobody else: messages may hold what people said. It takes
 * the place of an earlier one when it is over, unless the server never said a word.
 */
export class Recording {
  readonly #file: OutputFile;
  readonly #line: (entry: TranscriptEntry) => string;
  #written: Promise<void> = Promise.resolve();
  #hasAnswers = false;
  #closed: Promise<boolean> | undefined;

  private constructor(file: OutputFile, line: (entry: TranscriptEntry) => string) {
    this.#file = file;
    this.#line = line;
  }

  /** @throws {CannotWrite} when the file cannot be written, or must not be replaced */
  static async begin(path: string, guard: Guard): Promise<Recording> {
    return new Recording(await OutputFile.begin(path, recording, guard), await ndjsonLines());
  }

  write(entry: TranscriptEntry): void {
    this.#hasAnswers ||= entry.direction === 'received';
    const text = this.#line(entry);
    this.#written = this.#written.then(() => this.#file.write(text));
    // It is told when the recording is closed.
    this.#written.catch(() => {});
  }

  /**
   * Fulfils when all of it is on disk, with whether it is; not when the server said nothing: then what stood there stays.
   * @throws {CannotWrite} when some of it could not be written
   */
  close(): Promise<boolean> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<boolean> {
    try {
      await this.#written;
      if (this.#hasAnswers) await this.#file.end();
      return this.#hasAnswers;
    } finally {
      await this.#file.abandon();
    }
  }
}
