import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { listen } from '../../src/server/listen.ts';
import { ServerFailure } from '../../src/wire/server-failure.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { embeddedServer } from './test-client.ts';

const handshake = '{"id":1,"method":"initialize","params":{"clientInfo":{"name":"t","version":"1"}}}';

async function listening(url: string, options: { token?: string } = {}) {
  const listener = await listen(embeddedServer(temporaryFolder(), '0.169.0'), url, options);
  onTestFinished(() => listener.close());
  return listener;
}

/** What the server says to a handshake, or why there is no connection. */
function greet(url: string, headers: Record<string, string> = {}): Promise<string> {
  const socket = new WebSocket(url, { headers });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send(handshake));
    socket.on('message', (data) => resolve(String(data)));
    socket.on('error', reject);
  });
}

describe('ws://', () => {
  test('picks a port and serves several', async () => {
    const { url } = await listening('ws://127.0.0.1:0');
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:[1-9]\d*$/);
    const answers = await Promise.all([greet(url), greet(url), greet(`${url}/any/path`)]);
    for (const answer of answers) expect(answer).toContain('"userAgent":"t/0.169.0');
  });

  test('asks for the token', async () => {
    const { url } = await listening('ws://127.0.0.1:0', { token: 'secret' });
    await expect(greet(url)).rejects.toThrow('401');
    await expect(greet(url, { authorization: 'Bearer other' })).rejects.toThrow('401');
    await expect(greet(url, { authorization: 'Basic secret' })).rejects.toThrow('401');
    expect(await greet(url, { authorization: 'bearer secret' })).toContain('"result"');
  });

  test('serves other machines only behind a token that cannot be guessed', async () => {
    for (const url of ['ws://0.0.0.0:0', 'ws://[::]:0']) {
      for (const token of ['x', 'fifteen letters']) {
        await expect(listening(url, { token })).rejects.toThrow('with a token of fewer than 16 characters');
      }
    }
    const { url } = await listening('ws://0.0.0.0:0', { token: 'sixteen-letters-' });
    expect(await greet(url.replace('0.0.0.0', '127.0.0.1'), { authorization: 'bearer sixteen-letters-' })).toContain(
      '"result"',
    );
  });

  test.each<[string, () => string]>([
    ['a hundred thousand small values', () => `{"id":2,"method":"x","params":[${'{},'.repeat(250_000)}0]}`],
    ['more than 16 MiB', () => `{"id":2,"method":"x","params":"${'x'.repeat(16 * 1024 * 1024)}"}`],
  ])('ends a connection over which %s come in one request, and goes on with the others', async (_, request) => {
    const { url } = await listening('ws://127.0.0.1:0');
    const socket = new WebSocket(url);
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.once('open', () => socket.send(request()));
    await closed;
    expect(await greet(url)).toContain('"result"');
  });

  test('does not serve browsers', async () => {
    const { url } = await listening('ws://127.0.0.1:0');
    await expect(greet(url, { origin: 'http://127.0.0.1' })).rejects.toThrow('403');
  });

  test.each([
    'ws://localhost:0',
    'ws://0.0.0.0:0',
    'ws://192.168.0.1:0',
    'ws://127.0.0.1',
    'ws://[::]:0',
    'http://127.0.0.1:0',
    'ws://127.0.0.1:65536',
    'unix://',
  ])('%s is no place for it', async (url) => {
    await expect(listening(url)).rejects.toThrow(RangeError);
  });

  test('says when the port is taken', async () => {
    const { url } = await listening('ws://127.0.0.1:0');
    await expect(listening(url)).rejects.toThrow(ServerFailure);
  });

  test('ends its connections when it is closed', async () => {
    const listener = await listening('ws://127.0.0.1:0');
    const socket = new WebSocket(listener.url);
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await listener.close();
    await closed;
  });
});

describe.skipIf(process.platform === 'win32')('unix://', () => {
  test('is for its owner alone, and gone afterwards', async () => {
    const path = join(temporaryFolder(), 'socket');
    const listener = await listening(`unix://${path}`);
    expect(listener.url).toBe(`unix://${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await greet(`ws+unix://${path}:/`)).toContain('"result"');
    await listener.close();
    expect(existsSync(path)).toBe(false);
  });

  test('takes the place of a socket that nobody listens on', async () => {
    const path = join(temporaryFolder(), 'socket');
    const { execFileSync } = await import('node:child_process');
    const leave = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(() => execFileSync(process.execPath, ['-e', leave], { stdio: 'ignore' })).toThrow();
    expect(statSync(path).isSocket()).toBe(true);
    await listening(`unix://${path}`);
    expect(await greet(`ws+unix://${path}:/`)).toContain('"result"');
  });

  test('has a path of at most 107 bytes, which is never cut', async () => {
    const folder = temporaryFolder();
    const pathOf = (bytes: number) => join(folder, 's'.repeat(bytes - folder.length - 1));
    await expect(listening(`unix://${pathOf(108)}`)).rejects.toThrow(RangeError);
    expect(readdirSync(folder)).toEqual([]);
    await listening(`unix://${pathOf(107)}`);
    expect(statSync(pathOf(107)).isSocket()).toBe(true);
  });

  test('does not take the place of anything else', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    await expect(listening(`unix://${file}`)).rejects.toThrow(/no socket/);
    await expect(listening(`unix://${folder}`)).rejects.toThrow(/no socket/);
    const path = join(folder, 'used');
    const other = createServer().listen(path);
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    await expect(listening(`unix://${path}`)).rejects.toThrow(/in use/);
  });
});
