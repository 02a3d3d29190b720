import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Channel } from '../wire/channel.ts';
import { serverAddress } from '../wire/server-address.ts';
import { ServerFailure } from '../wire/server-failure.ts';
import { websocketChannel } from '../wire/websocket-channel.ts';
import { admission } from './admission.ts';
import { LONGEST_REQUEST } from './request-limits.ts';
import { makeRoom } from './unix-socket.ts';

/** Where a server listens, and how to end that. */
export interface Listener {
  /** With the port that was chosen, where the one asked for was 0. */
  readonly url: string;
  /** Takes no more connections, ends those that are there, and removes the socket. */
  readonly close: () => Promise<void>;
}

/** A server that clients can be connected to. */
export interface ServesChannels {
  /** Serves one connection until its channel ends. */
  readonly accept: (channel: Channel) => Promise<void>;
  /** Ends all connections. */
  readonly close: () => Promise<void>;
}

/** A place to listen at. */
type Place = { readonly host: string; readonly port: number } | { readonly path: string };

/** Of a token that may be guessed at from other machines, in characters. */
const SHORTEST_TOKEN = 16;
const LOOPBACK = /^(?:127(?:\.\d+){3}|\[::1\])$/;

/**
 * Serves websockets at `ws://IP:PORT`, or at `unix://PATH` behind an HTTP upgrade; that socket is its owner's alone.
 * `token`: what clients of `ws://` must show; without one of 16 characters or more only loopback addresses are listened on.
 * @throws {RangeError} when `url` is no such place
 * @throws {ServerFailure} when it cannot be listened at
 */
export async function listen(
  server: ServesChannels,
  url: string,
  options: { readonly token?: string },
): Promise<Listener> {
  const isPrivate = url.startsWith('unix://');
  const listener = await listenForClients(url, options, LONGEST_REQUEST, (client) => {
    const refusal = isPrivate ? null : admission(client.request.headers, options.token);
    if (refusal) return client.refuse(refusal.status, refusal.message);
    client.accept((websocket) => {
      // A connection that fails ends; it is no matter to the others.
      server.accept(websocketChannel(websocket, LONGEST_REQUEST)).catch(() => websocket.terminate());
    });
  });
  return {
    url: listener.url,
    close: async () => {
      await server.close();
      await listener.close();
    },
  };
}

/** A client that asks to be connected: it is accepted or refused, now or later. */
export interface ArrivingClient {
  readonly request: IncomingMessage;
  readonly accept: (use: (websocket: WebSocket) => void) => void;
  /** `status`: as HTTP writes it, for example `401 Unauthorized`. */
  readonly refuse: (status: string, message: string) => void;
}

/**
 * Listens for websockets like {@link listen}, and leaves it to `arrived` what becomes of a client. `longest`: of a message,
 * in bytes. @throws {RangeError} or {ServerFailure}
 */
export async function listenForClients(
  url: string,
  options: { readonly token?: string },
  longest: number,
  arrived: (client: ArrivingClient) => void,
): Promise<Listener> {
  const place = listenPlace(url, options.token);
  const path = 'path' in place ? place.path : undefined;
  if (path !== undefined) await makeRoom(path);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: longest });
  const http = createServer((_, response) => response.writeHead(404).end());
  http.on('upgrade', (request, socket, head) => {
    arrived({
      request,
      accept: (use) => sockets.handleUpgrade(request, socket, head, use),
      refuse: (status, message) => refuse(socket, status, message),
    });
  });
  await listening(http, place, url);
  if (path !== undefined) await chmod(path, 0o600);
  return {
    url: path === undefined ? withPort(url, http.address() as AddressInfo) : url,
    close: async () => {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await closed;
      if (path !== undefined) await rm(path, { force: true });
    },
  };
}

/** Where `url` says to listen. @throws {RangeError} when it is no such place, or one that needs a token of some length */
export function listenPlace(url: string, token: string | undefined): Place {
  if (url.startsWith('unix://')) return { path: socketPath(url) };
  const [, host = '', port = ''] = /^ws:\/\/(\[[^\]]+\]|[^/:]+):(\d{1,5})\/?$/.exec(url) ?? [];
  const bare = host.replace(/^\[|\]$/g, '');
  if (!isIP(bare) || Number(port) > 65_535) throw new RangeError(`not ws://IP:PORT or unix://PATH: ${url}`);
  if (!LOOPBACK.test(host)) refuseGuessable(token, url);
  return { host: bare, port: Number(port) };
}

/** Who is not on this machine can try as many tokens as there are short ones. */
function refuseGuessable(token: string | undefined, url: string): void {
  if (token === undefined) throw new RangeError(`without a token only loopback addresses are served: ${url}`);
  if (token.length < SHORTEST_TOKEN) {
    throw new RangeError(
      `with a token of fewer than ${SHORTEST_TOKEN} characters only loopback addresses are served: ${url}`,
    );
  }
}

/** What is no place to dial is none to listen at: a path that is too long would be cut. */
function socketPath(url: string): string {
  try {
    serverAddress(url);
  } catch (error) {
    if (!(error instanceof ServerFailure)) throw error;
    throw new RangeError(error.hint ? `${error.message} (${error.hint})` : error.message, { cause: error });
  }
  return url.slice('unix://'.length);
}

function listening(http: Server, place: Place, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error) =>
      reject(new ServerFailure(`cannot listen at ${url}: ${error.message}`, { cause: error })),
    );
    http.listen(place, () => resolve());
  });
}

function withPort(url: string, { port }: AddressInfo): string {
  return url.replace(/:\d+\/?$/, `:${port}`);
}

function refuse(socket: Duplex, status: string, message: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: ${message.length}\r\n\r\n${message}`);
}
