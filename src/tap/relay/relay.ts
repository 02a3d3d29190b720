import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { type ArrivingClient, type Listener, listenForClients } from '../../server/listen.ts';
import { serverAddress } from '../../wire/server-address.ts';
import type { Onlooker } from '../passage.ts';

/** The longest message that passes, in bytes. */
const LONGEST = 1024 * 1024 * 1024;
/** Codes of a close that has none, or did not take place: they are never sent. */
const UNSENT_CODES = new Set([1005, 1006, 1015]);
const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * Listens at `listenUrl` and connects every client with a connection of its own to the server at `serverUrl`: `c1`, `c2` and
 * so on. What one sends the other is sent as it is, with its token.
 * @throws {RangeError} or {ServerFailure} when it cannot be listened there, or nothing be dialled there
 */
export async function relay(listenUrl: string, serverUrl: string, onlooker: Onlooker): Promise<Listener> {
  const address = serverAddress(serverUrl);
  let clients = 0;
  return listenForClients(listenUrl, {}, LONGEST, (client) => {
    const { authorization, origin } = client.request.headers;
    const server = new WebSocket(address.kind === 'unix' ? 'ws://localhost/' : address.url, {
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: LONGEST,
      // A server refuses pages of a browser by it.
      ...(origin === undefined ? {} : { origin }),
      ...(authorization === undefined ? {} : { headers: { Authorization: authorization } }),
      ...(address.kind === 'unix' ? { createConnection: () => connect(address.path) } : {}),
    });
    whenConnected(server, client, (theirs) => join(theirs, server, `c${++clients}`, onlooker));
  });
}

/** Accepts a client when the server has accepted us, and refuses it as the server does. */
function whenConnected(server: WebSocket, client: ArrivingClient, use: (theirs: WebSocket) => void): void {
  let isSettled = false;
  const settle = (how: () => void) => {
    if (!isSettled) how();
    isSettled = true;
  };
  server.on('error', () => settle(() => client.refuse('502 Bad Gateway', 'the server cannot be reached')));
  server.once('unexpected-response', (_, { statusCode, statusMessage }) => {
    settle(() => client.refuse(`${statusCode} ${statusMessage}`, ''));
    server.terminate();
  });
  server.once('open', () => {
    // What it says at once waits for the client.
    server.pause();
    settle(() => client.accept(use));
  });
}

function join(client: WebSocket, server: WebSocket, name: string, onlooker: Onlooker): void {
  pass(client, server, (bytes) => onlooker.passed(name, 'sent', bytes), onlooker);
  pass(server, client, (bytes) => onlooker.passed(name, 'received', bytes), onlooker);
  client.once('close', () => onlooker.closed(name));
  server.resume();
}

/** Hands on the messages of one side, no faster than the other takes them, and in the end how it closed. */
function pass(from: WebSocket, to: WebSocket, seen: (bytes: Uint8Array) => void, onlooker: Onlooker): void {
  from.on('message', (data: Buffer, isBinary) => {
    seen(asLine(data));
    from.pause();
    to.send(data, { binary: isBinary }, () => {
      void Promise.resolve(onlooker.room()).then(() => from.resume());
    });
  });
  from.on('error', () => to.terminate());
  from.once('close', (code, reason) => {
    if (code === 1006) to.terminate();
    else if (UNSENT_CODES.has(code)) to.close();
    else to.close(code, reason);
  });
}

/** A message as a line. A newline in JSON is white space, as a space is. */
function asLine(message: Buffer): Buffer {
  const line = Buffer.concat([message, Buffer.from([NEWLINE])]);
  for (let at = line.indexOf(NEWLINE); at < line.length - 1; at = line.indexOf(NEWLINE, at)) line[at] = SPACE;
  return line;
}
