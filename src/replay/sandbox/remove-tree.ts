import { chmod, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the folder `root` with all that is in it, also where a server made folders that nobody may enter, or so deep that
 * their paths are too long for the system: those are moved up one by one. Nothing that links lead to is touched.
 * @throws the system's error when something cannot be removed
 */
export async function removeTree(root: string): Promise<void> {
  try {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    await removeFlat(root);
  }
}

async function removeFlat(root: string): Promise<void> {
  let moved = 0;
  const emptied = async (folder: string) => {
    await chmod(folder, 0o700);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await moveUp(path);
      else await unlink(path);
    }
  };
  const waiting: string[] = [];
  const moveUp = async (folder: string) => {
    await chmod(folder, 0o700);
    const place = join(root, `.removed-${moved++}`);
    await rename(folder, place);
    waiting.push(place);
  };
  await emptied(root);
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    await emptied(folder);
    await rmdir(folder);
  }
  await rmdir(root);
}
