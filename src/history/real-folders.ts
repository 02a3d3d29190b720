import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { absolutePath, entryOf } from './paths.ts';

/** Where folders really stand, behind all links. Each is looked at once, so that one deep in others costs no more than they. */
export class RealFolders {
  readonly #known = new Map<string, string | null>();

  /** Null when there is no folder at `path`. @throws the system's error when that cannot be told */
  of(path: string): string | null {
    const absolute = absolutePath(path);
    const known = this.#known.get(absolute);
    if (known !== undefined) return known;
    const real = this.#find(absolute);
    this.#known.set(absolute, real);
    return real;
  }

  #find(path: string): string | null {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (!entry) return null;
    const parent = dirname(path);
    if (entry.isSymbolicLink() || parent === path) return realpathSync(path);
    const above = this.of(parent);
    return above === null ? null : entryOf(above, basename(path));
  }
}
