import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Connection } from '../../src/client/connection.ts';
import { type DialOptions, dial } from '../../src/client/dial.ts';
import { ServerFailure } from '../../src/wire/server-failure.ts';
import { Transcript } from '../../src/wire/transcript.ts';

const OPTIONS: DialOptions = { connectMs: 5_000, longest: 1_000 };

const cleanUps: (() => void)[] = [];
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dial-'));
});

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
  rmSync(home, { recursive: true, force: true });
});

/** Has `server` listen, on a unix socket at `path` if there is one. Returns its port. */
async function listen(server: Server, path?: string): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => (path ? server.listen(path, resolve) : server.listen(0, '127.0.0.1', resolve)));
  return path ? 0 : (server.address() as AddressInfo).port;
}

/** An HTTP server that answers whoever wants no websocket, or is refused one, with `status`. */
async function refusing(status: number, text: string, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer();
  server.on('upgrade', (_request, socket) => {
    const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(text) }).map((pair) =>
      pair.join(': '),
    );
    socket.end(`HTTP/1.1 ${status} No\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
  });
  return `ws://127.0.0.1:${await listen(server)}`;
}

/** A websocket server. `onSocket`: what it does with each that connects. */
async function websocketServer(
  onSocket: (socket: WebSocket, request: IncomingMessage) => void,
  path?: string,
): Promise<string> {
  const http = createServer();
  new WebSocketServer({ server: http, perMessageDeflate: true }).on('connection', (socket, request) => {
    socket.on('error', () => {});
    onSocket(socket, request);
  });
  const port = await listen(http, path);
  return path ? `unix://${path}` : `ws://127.0.0.1:${port}`;
}

/** A text frame of a server, for what is sent so often that `send` would take longer than all else. At most 125 bytes. */
function textFrame(text: string): string {
  return `\x81${String.fromCharCode(text.length)}${text}`;
}

/** More of a message that has begun. */
const EMPTY_FRAGMENT = '\x00\x00';

function echo(socket: WebSocket): void {
  socket.on('message', (data) => {
    const { id, params } = JSON.parse(String(data));
    socket.send(JSON.stringify({ id, result: params }));
  });
}

describe('what is dialled', () => {
  test('is spoken to, without an origin or compression, with the token', async () => {
    let request: IncomingMessage | undefined;
    const url = await websocketServer((socket, of) => {
      request = of;
      echo(socket);
    });
    const connection = new Connection(
      await dial(`${url}/a?b`, { ...OPTIONS, token: 'a-b.c' }),
      'client',
      new Transcript(),
    );
    expect(await connection.request('x', { a: 1 }, 5_000)).toEqual({ result: { a: 1 } });
    expect(request?.url).toBe('/a?b');
    expect(request?.headers.authorization).toBe('Bearer a-b.c');
    expect(request?.headers.origin).toBeUndefined();
    expect(request?.headers['sec-websocket-extensions']).toBeUndefined();
    await connection.close();
    expect(connection.failure).toBeNull();
  });

  test('may be a unix socket, whatever is in its path', async () => {
    const path = join(home, 'a:b c%20?#.sock');
    const connection = new Connection(
      await dial(await websocketServer(echo, path), OPTIONS),
      'client',
      new Transcript(),
    );
    expect(await connection.request('x', { a: 1 }, 5_000)).toEqual({ result: { a: 1 } });
    await connection.close();
  });

  test('may say something at once', async () => {
    const transcript = new Transcript();
    const url = await websocketServer((socket) => {
      for (let n = 0; n < 1_000; n++) socket.send(`{"method":"x","params":{"n":${n}}}`);
      socket.close();
    });
    const connection = new Connection(await dial(url, OPTIONS), 'client', transcript);
    await connection.ended;
    expect(connection.failure?.message).toBe('the server closed the connection');
    expect(transcript.entries.map((entry) => entry.message)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => ({ method: 'x', params: { n } })),
    );
  });
});

describe('no connection stands', () => {
  test('where nobody listens', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    server.close();
    await expect(dial(`ws://localhost:${port}`, OPTIONS)).rejects.toThrow(
      new ServerFailure(`cannot connect to ws://localhost:${port}: nobody listens there`, {
        hint: 'start the server first',
      }),
    );
  });

  test.each([
    [404, 'invalid websocket bearer token', 'it refuses with HTTP status 404: invalid websocket bearer token'],
    [403, '', 'it refuses with HTTP status 403'],
    [200, `${'<html>\n'.repeat(1_000)}`, `it refuses with HTTP status 200: ${'<html> '.repeat(29).slice(0, 200)}…`],
  ])('with a server that says %i', async (status, text, problem) => {
    const url = await refusing(status, text);
    await expect(dial(url, { ...OPTIONS, token: 'wrong' })).rejects.toThrow(
      new ServerFailure(`cannot connect to ${url}: ${problem}`),
    );
  });

  test('with a server that redirects, wherever to', async () => {
    let requests = 0;
    const elsewhere = await websocketServer(() => requests++);
    const url = await refusing(302, '', { location: elsewhere });
    await expect(dial(url, { ...OPTIONS, token: 'secret' })).rejects.toThrow(
      new ServerFailure(`cannot connect to ${url}: it redirects (302), which is not followed`),
    );
    expect(requests).toBe(0);
  });

  test.each([
    ['says nothing', () => {}],
    ['never ends its answer', (socket: Socket) => void socket.write('HTTP/1.1 401 No\r\n\r\nmore')],
    ['never ends its headers', (socket: Socket) => void setInterval(() => socket.write('HTTP/1.1 1'), 50).unref()],
  ])('with a peer that %s', async (_what, onSocket) => {
    const url = `ws://127.0.0.1:${await listen(createTcpServer(onSocket))}`;
    await expect(dial(url, { ...OPTIONS, connectMs: 300 })).rejects.toThrow(ServerFailure);
  });

  test('with a peer that is silent: in time', async () => {
    const url = `ws://127.0.0.1:${await listen(createTcpServer())}`;
    await expect(dial(url, { ...OPTIONS, connectMs: 100 })).rejects.toThrow(
      new ServerFailure(`cannot connect to ${url}: nothing within 100 ms`),
    );
  });

  test('with a peer that hangs up', async () => {
    const path = join(home, 's');
    await listen(
      createTcpServer((socket) => socket.once('data', () => socket.destroy())),
      path,
    );
    const failure = await dial(`unix://${path}`, OPTIONS).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: `cannot connect to unix://${path}: it hung up` });
    expect(failure).toMatchObject({ hint: expect.stringContaining('before 0.128') });
  });

  test('where there is no such socket, or something else', async () => {
    const missing = `unix://${home}/missing`;
    await expect(dial(missing, OPTIONS)).rejects.toThrow(`cannot connect to ${missing}: there is no such socket`);
    writeFileSync(join(home, 'file'), '');
    await expect(dial(`unix://${home}/file`, OPTIONS)).rejects.toThrow('it is no socket');
    await expect(dial(`unix://${home}/file/socket`, OPTIONS)).rejects.toThrow('there is no such socket');
  });
});

describe('never dialled', () => {
  test.each([
    ['ws://10.0.0.1:1', 'ws://10.0.0.1:1 would be spoken to in clear text'],
    ['ws://0.0.0.0:1', 'ws://0.0.0.0:1 would be spoken to in clear text'],
    ['ws://localhost.evil.example:1', 'ws://localhost.evil.example:1 would be spoken to in clear text'],
    ['ws://127.0.0.1.evil.example:1', 'ws://127.0.0.1.evil.example:1 would be spoken to in clear text'],
    ['ws://[::ffff:10.0.0.1]:1', 'ws://[::ffff:a00:1]:1 would be spoken to in clear text'],
    ['ws://[::]:1', 'ws://[::]:1 would be spoken to in clear text'],
    ['ws://2130706434.:1', 'ws://127.0.0.2:1'],
    ['ws://me:secret@127.0.0.1:1', 'ws://127.0.0.1:1 is given with a user name or password'],
    ['wss://me@example.com', 'wss://example.com is given with a user name or password'],
    ['ws://127.0.0.1:1/#x', 'ws://127.0.0.1:1 is given with a fragment'],
    ['http://127.0.0.1:1', 'no address of a server'],
    ['127.0.0.1:1', 'no address of a server'],
    ['', 'no address of a server'],
    ['unix://', 'unix:// without a path'],
    ['unix:///a\0b', 'the path of a socket cannot contain NUL'],
    [`unix:///${'é'.repeat(54)}`, `at most 107 bytes, unix:///${'é'.repeat(54)} has 109`],
  ])('%j', async (url, problem) => {
    const failure = await dial(url, OPTIONS).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServerFailure);
    expect((failure as ServerFailure).message).toContain(problem);
    expect((failure as ServerFailure).message).not.toContain('secret');
  });

  test.each(['', 'two\nlines', 'é', 'a b'])('with the token %j, which is not shown', async (token) => {
    await expect(dial('ws://127.0.0.1:1', { ...OPTIONS, token })).rejects.toThrow(
      'the token is empty or contains what no HTTP header can',
    );
  });
});

describe('a connection over a websocket ends', () => {
  test.each<[string, (socket: WebSocket, request: IncomingMessage) => void, string]>([
    ['a message is too long', (socket) => socket.send('x'.repeat(1_001)), 'a message is longer than 1000 bytes'],
    [
      'fragments make a message too long',
      (socket) => {
        for (let i = 0; i < 100; i++) socket.send('x'.repeat(20), { fin: false });
      },
      'a message is longer than 1000 bytes',
    ],
    [
      'a message is in too many tiny fragments',
      (_socket, request) => request.socket.write(`\x01\x00${EMPTY_FRAGMENT.repeat(100_000)}`, 'latin1'),
      'a message in too many fragments',
    ],
    [
      'a frame is binary',
      (socket) => socket.send(Buffer.from('{}')),
      'a binary websocket frame, where only text is spoken',
    ],
    [
      'a frame is no UTF-8',
      (socket) => socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false }),
      'a websocket text frame that is not UTF-8',
    ],
    ['the server closes it', (socket) => socket.close(1011, 'shutting down'), 'the server closed the connection'],
    ['the server is gone', (socket) => socket.terminate(), 'the server closed the connection'],
  ])(
    'when %s',
    async (_when, misbehave, problem) => {
      const url = await websocketServer((socket, request) => {
        socket.send('{"method":"first"}');
        socket.once('message', () => misbehave(socket, request));
      });
      const transcript = new Transcript();
      const connection = new Connection(await dial(url, OPTIONS), 'client', transcript);
      await expect(connection.request('x', {}, 20_000)).rejects.toThrow(`no answer to x (id 1): ${problem}`);
      expect(connection.failure?.message).toBe(problem);
      expect(transcript.entries.map((entry) => entry.message)).toContainEqual({ method: 'first' });
      await connection.close();
    },
    30_000,
  );

  test('when the server floods it', async () => {
    const url = await websocketServer((_socket, request) => {
      request.socket.write(textFrame('{"method":"x"}').repeat(100_001), 'latin1');
    });
    const connection = new Connection(await dial(url, OPTIONS), 'client', new Transcript());
    await connection.ended;
    expect(connection.failure?.message).toContain('more than 100000 messages');
  }, 60_000);

  test('when we close it, although the server does not answer', async () => {
    const url = await websocketServer((socket) => socket.pause());
    const connection = new Connection(await dial(url, OPTIONS), 'client', new Transcript());
    await connection.close();
    expect(connection.failure).toBeNull();
  });
});
