import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type ArrivingClient, type Listener, listenForClients } from '../../server/listen.ts';
import { serverAddress } from '../../wire/server-address.ts';
import type { TapFault } from '../faults/fault.ts';
import { Misbehaviour, type Tampering, untouched } from '../faults/misbehaviour.ts';
import type { Onlooker } from '../passage.ts';

/** The longest message that passes, in bytes. */
const LONGEST = 1024 * 1024 * 1024;
/** Codes of a close that has none, or did not take place: they are never sent. */
const UNSENT_CODES = new Set([1005, 1006, 1015]);
const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * Listens at `listenUrl` and connects every client with a connection of its own to the server at `serverUrl`: `c1`, `c2` and
 * so on. What one sends the other is sent as it is, with its token; `faults` are
 * done to what the server sends.
 * @throws {RangeError} or {ServerFailure} when it cannot be listened there, or nothing be dialled there
 */
export async function relay(
  listenUrl: string,
  serverUrl: string,
  onlooker: Onlooker,
  faults: readonly TapFault[] = [],
): Promise<Listener> {
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
    whenConnected(server, client, (theirs) =>
      join(theirs, server, `c${++clients}`, onlooker, new Misbehaviour(faults), faults.length > 0),
    );
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

function join(
  client: WebSocket,
  server: WebSocket,
  name: string,
  onlooker: Onlooker,
  faults: Misbehaviour,
  mayChange: boolean,
): void {
  const sent = (line: Buffer) => {
    onlooker.passed(name, 'sent', line);
    faults.sent(line);
    return untouched;
  };
  const received = (line: Buffer) => {
    onlooker.passed(name, 'received', line);
    const tampering = faults.received(line);
    if (tampering.what !== null) onlooker.tampered(name, tampering.what);
    if (tampering.cut) onlooker.cut(name);
    return tampering;
  };
  pass(client, server, sent, onlooker, false);
  pass(server, client, received, onlooker, mayChange);
  client.once('close', () => onlooker.closed(name));
  server.resume();
}

/**
 * Hands on the messages of one side, no faster than the other takes them, and in the end how it closed. `mayChange`: whether
 * a message has to be looked at before it is known what is sent.
 */
function pass(
  from: WebSocket,
  to: WebSocket,
  seen: (line: Buffer) => Tampering,
  onlooker: Onlooker,
  mayChange: boolean,
): void {
  from.on('message', (data: Buffer, isBinary) => {
    from.pause();
    const send = () => new Promise((done) => to.send(data, { binary: isBinary }, done));
    const onItsWay = mayChange ? undefined : send();
    const { copies, delayMs, cut } = seen(asLine(data));
    const handOn = async () => {
      if (delayMs > 0) await wait(delayMs);
      if (onItsWay) await onItsWay;
      else for (let i = 0; i < copies; i++) await send();
      await onlooker.room();
      if (cut) for (const end of [from, to]) end.terminate();
      from.resume();
    };
    void handOn();
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
