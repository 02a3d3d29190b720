import { ServerFailure } from './server-failure.ts';

/** Where a server listens: a socket in the file system, or a host of the network. */
export type ServerAddress =
  | { readonly kind: 'unix'; readonly path: string; readonly shown: string }
  | { readonly kind: 'network'; readonly url: string; readonly shown: string };

/** What fits into the kernel's address of a unix socket, without its NUL. */
const LONGEST_PATH = 107;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads `ws://HOST:PORT`, `wss://HOST:PORT` or `unix://PATH`. `shown` is what may be told the user of it.
 * @throws {ServerFailure} when it is something else, or nothing that may be dialled
 */
export function serverAddress(text: string): ServerAddress {
  return text.startsWith('unix://') ? unixAddress(text.slice('unix://'.length)) : networkAddress(text);
}

function unixAddress(path: string): ServerAddress {
  const shown = `unix://${path}`;
  const length = Buffer.byteLength(path);
  if (length === 0) throw new ServerFailure('unix:// without a path', { hint: 'unix:///run/codex.sock, for example' });
  if (path.includes('\0')) throw new ServerFailure('the path of a socket cannot contain NUL');
  if (length > LONGEST_PATH) {
    const hint = 'link to its directory under a shorter name';
    throw new ServerFailure(`the path of a socket has at most ${LONGEST_PATH} bytes, ${shown} has ${length}`, { hint });
  }
  return { kind: 'unix', path, shown };
}

function networkAddress(text: string): ServerAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['ws:', 'wss:'].includes(url.protocol)) {
    throw new ServerFailure('no address of a server', { hint: 'ws://HOST:PORT, wss://HOST:PORT or unix://PATH' });
  }
  const shown = `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  if (url.username || url.password) {
    throw new ServerFailure(`${shown} is given with a user name or password`, { hint: 'Codex knows tokens only' });
  }
  if (url.hash) throw new ServerFailure(`${shown} is given with a fragment`);
  if (url.protocol === 'ws:' && !LOOPBACK.test(url.hostname)) {
    const hint = 'use wss://, or forward the port: ssh -L';
    throw new ServerFailure(`${shown} would be spoken to in clear text`, { hint });
  }
  return { kind: 'network', url: url.href, shown };
}
