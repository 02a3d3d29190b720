import { randomBytes } from 'node:crypto';
import { constants, ftruncateSync, openSync, writeSync, writevSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CannotWrite, writing } from './cannot-write.ts';
import type { FileKind } from './kinds.ts';
import { type Guard, refuseToReplace } from './refusal.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;

/** An open file, in a form that can be handed to another thread. It stays open until this process ends. */
export interface LiveFileHandle {
  readonly fd: number;
  /** Whether its parts can be written anew. False for a pipe and the like. */
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
    const temporary = join(dirname(path), `.rollout-inspect-${randomBytes(12).toString('hex')}.tmp`);
    const mode = kind.isPrivate ? 0o600 : 0o666;
    const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    try {
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return { fd, isRegular: true };
  });
}

/** Writes to such a file from its beginning, so that it ends with something whole at any time. */
export class LiveFile {
  readonly #handle: LiveFileHandle;
  #end = 0;

  constructor(handle: LiveFileHandle) {
    this.#handle = handle;
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
