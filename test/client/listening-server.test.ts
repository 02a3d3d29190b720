import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { startListening } from '../../src/client/listening-server.ts';
import { ServerFailure } from '../../src/wire/server-failure.ts';
import { isAlive } from '../support/processes.ts';
import { nodeServer } from '../support/scripted-server.ts';

const OPTIONS = { cwd: tmpdir(), env: { PATH: process.env.PATH ?? '' }, longest: 1_000, connectMs: 10_000 };

const LIVE_ON = 'setInterval(() => {}, 1000);';

describe('startListening', () => {
  test.each([
    [
      'as Codex says it',
      `console.error('codex app-server (WebSockets)\\n  listening on: ws://127.0.0.1:4500\\n  more')`,
    ],
    ['in colour', `console.error('\\u001b[2mlistening on: \\u001b[4mws://127.0.0.1:4500\\u001b[0m')`],
    [
      'byte by byte, after much else',
      `console.error('x'.repeat(1e6) + ' ws://127.0.0.1 ws://example.com:1 ');
       const say = ([byte, ...rest]) => byte && process.stderr.write(byte, () => setTimeout(say, 5, rest));
       say('\\u001b[4mws://127.0.0.1:4500\\u001b[0m\\n');`,
    ],
    [
      'while it fills its output',
      `console.error('ws://127.0.0.1:4500'); setInterval(() => console.log('y'.repeat(1e6)), 1);`,
    ],
  ])(
    'reads where it listens: %s',
    async (_how, script) => {
      const { process: server, url } = await startListening(nodeServer(`${script}; ${LIVE_ON}`), OPTIONS);
      expect(url).toBe('ws://127.0.0.1:4500');
      expect(isAlive(server.pid)).toBe(true);
      await server.stop();
      expect(isAlive(server.pid)).toBe(false);
    },
    20_000,
  );

  test('fails with what it wrote when it ends', async () => {
    const script = `console.error('\\u001b[31mError:\\u001b[0m\\n  address in use'); process.exit(1)`;
    await expect(startListening(nodeServer(script), OPTIONS)).rejects.toThrow(
      new ServerFailure(`${process.execPath} exited with code 1: Error: address in use`),
    );
  });

  test('fails when it does not say it in time, and ends it', async () => {
    const script = `console.error(process.pid); ${LIVE_ON}`;
    const failure = await startListening(nodeServer(script), { ...OPTIONS, connectMs: 1_000 }).catch((error) => error);
    expect(failure).toBeInstanceOf(ServerFailure);
    const [, pid] = /did not say where it listens within 1000 ms: (\d+)$/.exec(failure.message) ?? [];
    expect(isAlive(Number(pid))).toBe(false);
  });

  test('fails when it cannot be started', async () => {
    await expect(startListening(['no-such-command'], OPTIONS)).rejects.toThrow('there is no such command');
  });
});
