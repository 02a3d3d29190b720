import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** One name for a file however it is written, whether it exists or not. */
export async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = await realpath(dirname(path)).catch(() => resolve(dirname(path)));
    return join(folder, basename(path));
  }
}
