import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { BadThreadId, parseThreadId } from '../../history/thread-id.ts';
import { RequestError } from '../request-error.ts';
import type { ServerState } from '../server-state.ts';

/** Which thread a request is about: by id, or by the path of its rollout, which then counts alone. */
export interface ThreadAddress {
  readonly threadId: string;
  readonly path: string | null;
}

/**
 * The path of the rollout that a resume or fork is about.
 * @throws {RequestError} when there is none, or it is not to be opened
 */
export async function locateRollout({ threadId, path }: ThreadAddress, server: ServerState): Promise<string> {
  const { era, serverEra, store } = server;
  if (path !== null && !(path === '' && serverEra.resolvesPaths)) return locateByPath(path, server);
  const id = checkedThreadId(threadId, serverEra.saysSessionId ? 'session' : 'thread');
  const found = await store.find(id);
  const isArchived = found !== undefined && store.isArchived(found);
  if (found === undefined || (isArchived && era.archived === 'not found'))
    throw new RequestError(`no rollout found for thread id ${id}`);
  if (isArchived && era.archived === 'refused') {
    const cure = `Run \`codex unarchive ${id}\` to unarchive it first.`;
    throw new RequestError(`session ${id} is archived. ${cure}`);
  }
  return found;
}

/** A thread id in its one form. `called`: what Codex calls it. @throws {RequestError} when it is none */
export function checkedThreadId(text: string, called: 'thread' | 'session' = 'thread'): string {
  try {
    return parseThreadId(text);
  } catch (error) {
    if (!(error instanceof BadThreadId)) throw error;
    throw new RequestError(`invalid ${called} id: ${error.message}`);
  }
}

async function locateByPath(path: string, { serverEra, store }: ServerState): Promise<string> {
  const absolute = serverEra.resolvesPaths ? resolve(store.codexHome, path) : path;
  const stats = path === '' ? null : await stat(absolute).catch(() => null);
  if (stats?.isFile()) return store.canonical(isAbsolute(absolute) ? absolute : resolve(absolute));
  const isFolder = stats?.isDirectory() ?? false;
  if (serverEra.resolvesPaths) {
    const problem = isFolder ? 'path is a directory' : 'file does not exist';
    throw new RequestError(`failed to resolve rollout path \`${absolute}\`: ${problem}`);
  }
  const problem = isFolder ? 'Is a directory (os error 21)' : 'No such file or directory (os error 2)';
  throw new RequestError(`failed to load rollout \`${path}\`: ${problem}`);
}
