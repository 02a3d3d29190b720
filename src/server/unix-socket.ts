import { existsSync } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { ServerFailure } from '../wire/server-failure.ts';

/**
 * Makes room for a unix socket at `path`: takes away a socket that nobody listens on any more, and nothing else.
 * @throws {ServerFailure} when something else stands there, somebody listens, or there is no such folder
 */
export async function makeRoom(path: string): Promise<void> {
  const there = await lstat(path).catch(() => null);
  if (!there) {
    // Listening there would say EACCES.
    const folder = dirname(path);
    if (!existsSync(folder)) throw new ServerFailure(`there is no folder ${folder} for a socket`);
    return;
  }
  if (!there.isSocket()) throw new ServerFailure(`${path} is there already, and no socket`);
  if (await isListenedOn(path)) throw new ServerFailure(`${path} is in use: somebody listens there`);
  await rm(path, { force: true });
}

function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}
