import { isAbsolute, relative, sep } from 'node:path';

/** From where somebody at a terminal looks at paths. */
export interface Place {
  readonly cwd: string;
  /** The folder that `~` stands for. */
  readonly home: string;
}

/**
 * `path` as it can be typed in `place`: from the working folder where it is below that, from `~` where it is below the home,
 * else as it is. Without a place, as for programs, it stays as it is.
 */
export function shortPath(path: string, place: Place | null): string {
  if (place === null || !isAbsolute(path)) return path;
  const below = (folder: string) => {
    const rest = relative(folder, path);
    return rest !== '' && rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest) ? rest : null;
  };
  const ofHome = below(place.home);
  return below(place.cwd) ?? (ofHome === null ? path : `~${sep}${ofHome}`);
}
