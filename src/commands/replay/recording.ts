import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { UserError } from '../../errors.ts';
import { ndjsonLines } from '../../report/json.ts';

/** A file of NDJSON that is written piece by piece, readable by nobody else: messages may hold what people said. */
export class Recording {
  readonly #path: string;
  readonly #stream: WriteStream;
  readonly #line: (model: unknown) => string;

  private constructor(path: string, stream: WriteStream, line: (model: unknown) => string) {
    this.#path = path;
    this.#stream = stream;
    this.#line = line;
  }

  /** @throws {UserError} when the file cannot be written */
  static async begin(path: string): Promise<Recording> {
    const stream = createWriteStream(path, { mode: 0o600 });
    try {
      await once(stream, 'open');
    } catch (error) {
      throw cannotWrite(path, error);
    }
    stream.on('error', () => {});
    return new Recording(path, stream, await ndjsonLines());
  }

  write(model: unknown): void {
    this.#stream.write(this.#line(model));
  }

  /** Fulfils when all of it is on disk. @throws {UserError} when some of it could not be written */
  async close(): Promise<void> {
    this.#stream.end();
    try {
      await finished(this.#stream);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }
}

function cannotWrite(path: string, error: unknown): UserError {
  return new UserError(`cannot write ${path}: ${(error as NodeJS.ErrnoException).code}`, { cause: error });
}
