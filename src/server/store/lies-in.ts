import { realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';

/**
 * Whether `path` lies in `folder`, wherever links lead; of what does not exist yet the folder counts that it would be
 * made in. `folder`: a path without links.
 * @throws the system's error when that cannot be found out
 */
export async function liesIn(folder: string, path: string): Promise<boolean> {
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && dirname(path) !== path) return null;
    throw error;
  });
  if (real === null) return liesIn(folder, dirname(path));
  return real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
