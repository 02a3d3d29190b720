import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those that it stands in, as far as they are not there. `mkdir` of Node.js with `recursive` never ends
 * where the system says of a folder that is there that it is not, as Linux does below `/proc`.
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<void> {
  const folder = resolve(path);
  const problem = await made(folder);
  if (problem?.code !== 'ENOENT') {
    if (problem) throw problem;
    return;
  }
  if (await isFolder(dirname(folder))) throw problem;
  await makeFolder(dirname(folder));
  const still = await made(folder);
  if (still) throw still;
}

/** Null when the folder is there now. */
async function made(folder: string): Promise<NodeJS.ErrnoException | null> {
  try {
    await mkdir(folder);
    return null;
  } catch (error) {
    const problem = error as NodeJS.ErrnoException;
    return problem.code === 'EEXIST' && (await isFolder(folder)) ? null : problem;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
