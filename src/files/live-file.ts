import { randomBytes } from 'node:crypto';
import { constants, ftruncateSync, openSync, writeSync, writevSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CannotWrite, writing } from './cannot-write.ts';
import type { FileKind } from './kinds.ts';
import { type Guard, refuseToReplace } from './refusal.ts';

const { O_RDWR, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;

/** An open file, in a form that can be handed to another thread. It stays open until this process ends. */
export interface LiveFileHandle {
  readonly fd: number;
  /** Whether its parts can be read, and written anew. False for a device and the like. */
  readonly isRegular: boolean;
}

/**
 * Creates a file that can be read while it is written. It takes the place of an earlier one at once.
 * @throws {CannotWrite} when it cannot be written there, or must not be (see {@link refuseToReplace})
 */
export async function createLiveFile(path: string, kind: FileKind, guard: Guard): Promise<LiveFileHandle> {
  return writing(path, async () => {
    const there = await stat(path).catch(() => null);
    if (there?.isFIFO() || there?.isSocket())
      throw new CannotWrite(`${path} is a pipe or a socket: its reader could hold us up`);
    if (there && !there.isFile()) return { fd: openSync(path, O_WRONLY), isRegular: false };
    await refuseToReplace(path, kind, guard);
    const temporary = temporaryName(dirname(path));
    const fd = created(temporary, kind.isPrivate ? 0o600 : 0o666);
    try {
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return { fd, isRegular: true };
  });
}

/** The same without a name: it is gone when this process ends. @throws {CannotWrite} */
export async function createNamelessFile(): Promise<LiveFileHandle> {
  const path = temporaryName(tmpdir());
  return writing(path, async () => {
    const fd = created(path, 0o600);
    await rm(path, { force: true });
    return { fd, isRegular: true };
  });
}

function temporaryName(folder: string): string {
  return join(folder, `.rollout-inspect-${randomBytes(12).toString('hex')}.tmp`);
}

function created(path: string, mode: number): number {
  return openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
}

/** Writes to such a file from its beginning, so that it ends with something whole at any time. */
export class LiveFile {
  readonly #handle: LiveFileHandle;
  #end = 0;

  constructor(handle: LiveFileHandle) {
    this.#handle = handle;
  }

  /** Of what was added, in bytes. */
  get size(): number {
    return this.#end;
  }

  /** Adds all of `parts`, in their order, or, where there is no room for them, nothing. @throws the system's error */
  append(parts: readonly Buffer[]): void {
    const { fd, isRegular } = this.#handle;
    let written = 0;
    try {
      for (let left = parts; left.length > 0; ) {
        const more = writevSync(fd, left, isRegular ? this.#end + written : undefined);
        written += more;
        left = without(more, left);
      }
      this.#end += written;
    } catch (error) {
      if (isRegular) ftruncateSync(fd, this.#end);
      throw error;
    }
  }

  /** Writes `bytes` anew at the beginning, where as many stand; does nothing where that cannot be. @throws the system's error */
  replaceStart(bytes: Uint8Array): void {
    if (this.#handle.isRegular && this.#end >= bytes.length) writeSync(this.#handle.fd, bytes, 0, bytes.length, 0);
  }
}

/** What is left of `parts` behind so many bytes. */
function without(bytes: number, parts: readonly Buffer[]): readonly Buffer[] {
  let first = 0;
  let start = bytes;
  for (let part = parts[first]; part && start >= part.length; part = parts[first]) {
    start -= part.length;
    first++;
  }
  const [part, ...rest] = parts.slice(first);
  return part ? [part.subarray(start), ...rest] : [];
}
