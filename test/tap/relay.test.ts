import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Onlooker } from '../../src/tap/passage.ts';
import { relay } from '../../src/tap/relay/relay.ts';
import { temporaryFolder } from '../support/rollout.ts';

/** An onlooker that writes down what it is shown. */
function witness(): Onlooker & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    passed: (connection, direction, bytes) => void seen.push(`${connection} ${direction} ${Buffer.from(bytes)}`),
    tampered: () => {},
    cut: () => {},
    closed: (connection) => void seen.push(`${connection} closed`),
    room: () => undefined,
  };
}

/** A websocket server that answers each message with itself and what `reply` says; and where it is. */
async function server(verify: (authorization: string | undefined) => boolean = () => true): Promise<string> {
  const sockets = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: ({ req }: { req: IncomingMessage }) => verify(req.headers.authorization),
  });
  onTestFinished(() => void sockets.close());
  sockets.on('connection', (socket) => {
    socket.send('hello');
    socket.on('message', (data, binary) => {
      if (String(data) === 'go') socket.close(4_001, 'gone');
      else socket.send(data, { binary });
    });
  });
  await once(sockets, 'listening');
  return `ws://127.0.0.1:${(sockets.address() as { port: number }).port}`;
}

test.each(['ws', 'unix'])(
  'several clients over %s: each its own connection, messages and closes as they are',
  async (kind) => {
    const onlooker = witness();
    const place = kind === 'ws' ? 'ws://127.0.0.1:0' : `unix://${join(temporaryFolder(), 's')}`;
    const listener = await relay(place, await server(), onlooker);
    onTestFinished(() => listener.close());
    const url = kind === 'ws' ? listener.url : listener.url.replace('unix://', 'ws+unix://');
    const open = async () => {
      const socket = new WebSocket(url);
      const messages: string[] = [];
      socket.on('message', (data, isBinary) => messages.push(`${isBinary ? 'binary' : 'text'} ${data}`));
      await once(socket, 'message');
      return { socket, messages };
    };
    const one = await open();
    const two = await open();
    one.socket.send('{"a":\n1}');
    await once(one.socket, 'message');
    two.socket.send(Buffer.from('bytes'));
    await once(two.socket, 'message');
    two.socket.send('go');
    const [code, reason] = await once(two.socket, 'close');
    expect([one.messages, two.messages]).toEqual([
      ['text hello', 'text {"a":\n1}'],
      ['text hello', 'binary bytes'],
    ]);
    expect([code, String(reason)]).toEqual([4_001, 'gone']);
    one.socket.close();
    await once(one.socket, 'close');
    expect(onlooker.seen).toEqual([
      'c1 received hello\n',
      'c2 received hello\n',
      'c1 sent {"a": 1}\n',
      'c1 received {"a": 1}\n',
      'c2 sent bytes\n',
      'c2 received bytes\n',
      'c2 sent go\n',
      'c2 closed',
      'c1 closed',
    ]);
  },
);

test('a client shows its own token to the server, and is refused as the server refuses', async () => {
  const listener = await relay('ws://127.0.0.1:0', await server((shown) => shown === 'Bearer right'), witness());
  onTestFinished(() => listener.close());
  const knock = async (token: string) => {
    const socket = new WebSocket(listener.url, { headers: { Authorization: `Bearer ${token}` } });
    onTestFinished(() => socket.terminate());
    return new Promise((resolve) => {
      socket.on('open', () => resolve('open'));
      socket.on('error', () => {});
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode));
    });
  };
  expect([await knock('right'), await knock('wrong')]).toEqual(['open', 401]);
});

test('a server that is not there refuses its clients', async () => {
  const listener = await relay('ws://127.0.0.1:0', 'ws://127.0.0.1:1', witness());
  onTestFinished(() => listener.close());
  const socket = new WebSocket(listener.url);
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  expect(response.statusCode).toBe(502);
});
