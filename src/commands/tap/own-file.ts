import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The file that a run writes: `path`, or where that is a folder one in it that is called by the time and this process. */
export async function ownFile(path: string, extension: string, startedAt: string): Promise<string> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  return isFolder ? join(path, `tap-${startedAt.replace(/[:.]/g, '-')}-${process.pid}.${extension}`) : path;
}
