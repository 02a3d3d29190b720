import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';

/**
 * A file that a report is written to. It appears when the report is whole; until then what stood there stays. What is no
 * ordinary file, a pipe for example, is written to as it comes.
 */
export class ReportFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  readonly #unregister: () => void;

  private constructor(path: string, temporary: string, handle: FileHandle, onDeadlySignal: Io['onDeadlySignal']) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
    this.#unregister = onDeadlySignal(() => this.#discard());
  }

  /** @throws {UserError} when it cannot be written there */
  static async begin(path: string, onDeadlySignal: Io['onDeadlySignal']): Promise<ReportFile> {
    return writing(path, async () => {
      const isSpecial = await stat(path).then(
        (there) => !there.isFile(),
        () => false,
      );
      const temporary = isSpecial ? path : `${path}.${process.pid}.tmp`;
      return new ReportFile(path, temporary, await open(temporary, 'w'), onDeadlySignal);
    });
  }

  async write(text: string): Promise<void> {
    await writing(this.#path, () => this.#handle.writeFile(text));
  }

  async end(): Promise<void> {
    await writing(this.#path, async () => {
      await this.#handle.close();
      if (this.#temporary !== this.#path) await rename(this.#temporary, this.#path);
    });
    this.#unregister();
  }

  /** Leaves no trace of a report that did not become whole. */
  async abandon(): Promise<void> {
    await this.#discard();
    this.#unregister();
  }

  async #discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    if (this.#temporary !== this.#path) await rm(this.#temporary, { force: true });
  }
}

async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    throw new UserError(`cannot write ${path}: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}
