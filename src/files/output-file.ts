import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writing } from './cannot-write.ts';
import type { FileKind } from './kinds.ts';
import { type Guard, refuseToReplace } from './refusal.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW = 0 } = constants;

/** An open file of this process under a name of its own: what is behind it is not replaced but written to. */
const DESCRIPTOR = /^\/(?:dev\/(?:stdout|stderr|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/;

/**
 * A file that is being written. It appears when it is whole: until then it has a name that nobody can foretell, in the
 * same folder, and what stood in its place stays. What is no ordinary file, a pipe for example, is written to as it comes.
 */
export class OutputFile {
  readonly #path: string;
  /** Null: it is written to as it comes. */
  readonly #temporary: string | null;
  readonly #handle: FileHandle;
  readonly #mayReplace: () => Promise<void>;

  private constructor(path: string, temporary: string | null, handle: FileHandle, mayReplace: () => Promise<void>) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
    this.#mayReplace = mayReplace;
  }

  /** @throws {CannotWrite} when it cannot be written there, or must not be (see {@link refuseToReplace}) */
  static async begin(path: string, kind: FileKind, guard: Guard): Promise<OutputFile> {
    return writing(path, async () => {
      const flags = await streamFlags(path);
      if (flags !== null) return new OutputFile(path, null, await open(path, flags), async () => {});
      const mayReplace = () => refuseToReplace(path, kind, guard);
      await mayReplace();
      const before = await lstat(path).catch(() => null);
      const temporary = join(dirname(path), `.rollout-inspect-${randomBytes(12).toString('hex')}.tmp`);
      const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, kind.isPrivate ? 0o600 : 0o666);
      const file = new OutputFile(path, temporary, handle, mayReplace);
      try {
        if (before?.isFile()) await handle.chmod(before.mode & 0o777);
        return file;
      } catch (error) {
        await file.abandon();
        throw error;
      }
    });
  }

  /** Adds a text. @throws {CannotWrite} */
  async write(text: string | Uint8Array): Promise<void> {
    await writing(this.#path, () => this.#handle.writeFile(text));
  }

  /** Puts it in its place, on disk. @throws {CannotWrite} when that cannot be, or another file has come there meanwhile */
  async end(): Promise<void> {
    await writing(this.#path, async () => {
      if (this.#temporary !== null) await this.#handle.sync();
      await this.#handle.close();
      if (this.#temporary === null) return;
      await this.#mayReplace();
      await rename(this.#temporary, this.#path);
    });
  }

  /** Leaves no trace of a file that did not become whole. Does nothing after `end`. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {});
    if (this.#temporary !== null) await rm(this.#temporary, { force: true });
  }
}

/** Writes a file at once, whole or not at all. @throws {CannotWrite} */
export async function writeOutput(
  path: string,
  kind: FileKind,
  guard: Guard,
  text: string | Uint8Array,
): Promise<void> {
  const file = await OutputFile.begin(path, kind, guard);
  try {
    await file.write(text);
    await file.end();
  } finally {
    await file.abandon();
  }
}

/** How to open what is written to as it comes; null for what is replaced, and for what is not there. */
async function streamFlags(path: string): Promise<number | null> {
  const there = await stat(path).catch(() => null);
  if (!there) return null;
  if (!there.isFile()) return O_WRONLY;
  return DESCRIPTOR.test(path) ? O_WRONLY | O_APPEND : null;
}
