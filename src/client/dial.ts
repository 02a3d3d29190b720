import { statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { ClientOptions } from 'ws';
import type { Channel } from '../wire/channel.ts';
import { excerpt } from '../wire/excerpt.ts';
import { type ServerAddress, serverAddress } from '../wire/server-address.ts';
import { ServerFailure } from '../wire/server-failure.ts';
import { websocketChannel } from '../wire/websocket-channel.ts';

export interface DialOptions {
  /** Sent as a bearer token. */
  readonly token?: string;
  /** How long it may take until the connection stands, in milliseconds. */
  readonly connectMs: number;
  /** The longest message that is taken, in bytes. */
  readonly longest: number;
}

/** Of the text that a server refuses with. */
const LONGEST_REFUSAL = 4_096;

/**
 * Connects to a server that listens on `ws://HOST:PORT`, `wss://HOST:PORT` or `unix://PATH`.
 * @throws {ServerFailure} when the address may not be dialled, or no connection stands within `connectMs`
 */
export async function dial(url: string, options: DialOptions): Promise<Channel> {
  const address = serverAddress(url);
  const { token, connectMs, longest } = options;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new ServerFailure('the token is empty or contains what no HTTP header can', { hint: 'is it one line?' });
  }
  const { WebSocket } = await import('ws');
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address.kind === 'unix' ? 'ws://localhost/' : address.url, {
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: longest,
      ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
      ...(address.kind === 'unix' ? { createConnection: () => connect(address.path) } : {}),
    } satisfies ClientOptions);
    const fail = (failure: ServerFailure) => {
      clearTimeout(timer);
      reject(failure);
      socket.terminate();
    };
    const timer = setTimeout(() => fail(noConnection(address, `nothing within ${connectMs} ms`)), connectMs);
    socket.once('open', () => {
      clearTimeout(timer);
      socket.removeAllListeners();
      resolve(websocketChannel(socket, longest));
    });
    // Stays: `terminate` raises another one.
    socket.on('error', (error) => fail(unreachable(address, error)));
    socket.once('unexpected-response', (_request, response) => {
      void refusal(address, response).then(fail);
    });
  });
}

async function refusal(address: ServerAddress, response: IncomingMessage): Promise<ServerFailure> {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400) return noConnection(address, `it redirects (${status}), which is not followed`);
  const text = excerpt(await beginningOf(response));
  const hint = status === 401 ? 'it wants a token, or another one' : undefined;
  return noConnection(address, `it refuses with HTTP status ${status}${text ? `: ${text}` : ''}`, hint);
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) {
      text += chunk;
      if (text.length > LONGEST_REFUSAL) break;
    }
  } catch {
    // What came before it broke off says enough.
  }
  return text;
}

const START_IT = 'start the server first';

function unreachable(address: ServerAddress, error: NodeJS.ErrnoException): ServerFailure {
  switch (error.code) {
    case 'ECONNREFUSED':
      return isNoSocket(address)
        ? noConnection(address, 'it is no socket')
        : noConnection(address, 'nobody listens there', START_IT);
    case 'ENOENT':
    case 'ENOTDIR':
      return noConnection(address, 'there is no such socket', START_IT);
    case 'EACCES':
    case 'EPERM':
      return noConnection(address, 'permission denied');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return noConnection(address, 'no such host');
    case 'ECONNRESET':
      return noConnection(address, 'it hung up', hangUpHint(address));
    default:
      return noConnection(address, excerpt(error.message));
  }
}

function hangUpHint(address: ServerAddress): string | undefined {
  return address.kind === 'unix' ? 'before 0.128, Codex speaks no HTTP on unix sockets: use stdio or ws://' : undefined;
}

function isNoSocket(address: ServerAddress): boolean {
  if (address.kind !== 'unix') return false;
  return statSync(address.path, { throwIfNoEntry: false })?.isSocket() === false;
}

function noConnection(address: ServerAddress, reason: string, hint?: string): ServerFailure {
  return new ServerFailure(`cannot connect to ${address.shown}: ${reason}`, hint === undefined ? {} : { hint });
}
