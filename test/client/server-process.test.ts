import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import { ServerProcess } from '../../src/client/server-process.ts';
import { memberAt } from '../../src/json/json-value.ts';
import { ServerFailure } from '../../src/wire/server-failure.ts';
import { Transcript } from '../../src/wire/transcript.ts';
import { isAlive, until } from '../support/processes.ts';
import { nodeServer } from '../support/scripted-server.ts';

let home: string;
const started: ServerProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'server-process-'));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(home, { recursive: true, force: true });
});

async function start(command: readonly string[], env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start(command, {
    cwd: home,
    env: { PATH: process.env.PATH ?? '', ...env },
    longest: 16 * 1024 * 1024,
  });
  started.push(server);
  return server;
}

async function connect(script: string) {
  const server = await start(nodeServer(script));
  const transcript = new Transcript();
  return { server, transcript, connection: new Connection(server.channel, 'client', transcript) };
}

/** Runs `work` for each line that the server reads, which is a `message` there. */
function onMessage(work: string): string {
  return `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const message = JSON.parse(line);
    ${work}
  });`;
}

/** Says which process `child` is, and ends. */
const SAY_CHILD = `process.stdout.write(JSON.stringify({ method: 'child', params: { pid: child.pid } }) + '\\n', () => process.exit(0));`;

function childOf(transcript: Transcript): number {
  return Number(memberAt(transcript.entries[0]?.message, 'params', 'pid'));
}

const ECHO = onMessage(`console.log(JSON.stringify({ id: message.id, result: message.params }))`);

describe('a server that cannot be started', () => {
  test.each([
    [[], 'no command to start a server with'],
    [[''], 'no command to start a server with'],
    [['./not-executable'], 'cannot start ./not-executable: it may not be run'],
    [['cat', 'a\0b'], 'cannot start cat: ERR_INVALID_ARG_VALUE'],
  ])('%j', async (command, problem) => {
    writeFileSync(join(home, 'not-executable'), '#!/bin/sh\n');
    chmodSync(join(home, 'not-executable'), 0o600);
    await expect(start(command)).rejects.toThrow(new ServerFailure(problem));
  });

  test('no such command, with a hint', async () => {
    const hint = 'name it by its path, or by its name on the PATH';
    const failure = new ServerFailure('cannot start no-such-command: there is no such command', { hint });
    await expect(start(['no-such-command', 'x'])).rejects.toThrow(failure);
  });

  test('where its directory is missing', async () => {
    const cwd = join(home, 'gone');
    const starting = ServerProcess.start(['cat'], { cwd, env: {}, longest: 1 });
    await expect(starting).rejects.toThrow(new ServerFailure(`cannot start cat: there is no directory ${cwd}`));
  });
});

describe('a server that ends', () => {
  test('at once: says how, and why', async () => {
    const { server, connection } = await connect(`console.error('no config'); process.exit(3)`);
    await expect(connection.request('initialize', {}, 10_000)).rejects.toThrow('the server closed the connection');
    expect(await server.ended).toBe('exited with code 3');
    expect(server.stderrTail).toBe('no config\n');
  });

  test('in the middle of a request, after it said something', async () => {
    const { server, connection, transcript } = await connect(
      onMessage(`process.stdout.write('{"method":"x"}\\n{"id":1,"resu', () => process.exit(7))`),
    );
    await expect(connection.request('x', {}, 10_000)).rejects.toThrow('the server closed the connection');
    expect(await server.ended).toBe('exited with code 7');
    expect(transcript.entries.map((entry) => entry.message)).toEqual([expect.anything(), { method: 'x' }]);
  });

  test('by SIGKILL', async () => {
    const { server, connection } = await connect(onMessage(''));
    const waiting = expect(connection.request('x', {}, 10_000)).rejects.toThrow('the server closed the connection');
    process.kill(server.pid, 'SIGKILL');
    await waiting;
    expect(await server.ended).toBe('was ended by SIGKILL');
    await connection.request('x', {}, 10_000).catch(() => {});
    await server.stop();
  });

  test('and leaves a process that holds its output open', async () => {
    // It has left the group, so that nobody but this test ends it.
    const { server, connection, transcript } = await connect(`
      const { spawn } = require('node:child_process');
      const child = spawn('sleep', ['600'], { stdio: 'inherit', detached: true });
      ${SAY_CHILD}
    `);
    expect(await server.ended).toBe('exited with code 0');
    await connection.ended;
    expect(isAlive(childOf(transcript))).toBe(true);
    process.kill(childOf(transcript), 'SIGKILL');
  });

  test('and leaves processes of its group: they go too', async () => {
    const { server, connection, transcript } = await connect(`
      const { spawn } = require('node:child_process');
      const child = spawn('sleep', ['60'], { stdio: 'ignore' });
      ${SAY_CHILD}
    `);
    await server.ended;
    await connection.ended;
    await until(() => !isAlive(childOf(transcript)));
  });
});

describe('stop', () => {
  test('ends the input first, and is harmless afterwards', async () => {
    const { server, connection } = await connect(
      `${ECHO} process.stdin.on('end', () => require('node:fs').writeFileSync('ended-well', ''));`,
    );
    expect(await connection.request('x', { a: 1 }, 10_000)).toEqual({ result: { a: 1 } });
    await Promise.all([server.stop(), server.stop()]);
    expect(await server.ended).toBe('exited with code 0');
    expect(existsSync(join(home, 'ended-well'))).toBe(true);
    await server.stop();
    server.kill();
    await connection.ended;
  });

  test('ends one that ignores the end of input and SIGTERM, and its children', async () => {
    const { server, transcript } = await connect(`
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      const { spawn } = require('node:child_process');
      const child = spawn('sh', ['-c', 'trap "" TERM; sleep 600 & wait; sleep 600'], { stdio: 'ignore' });
      console.log(JSON.stringify({ method: 'child', params: { pid: child.pid } }));
    `);
    await until(() => transcript.entries.length > 0);
    await server.stop();
    expect(await server.ended).toBe('was ended by SIGKILL');
    expect(isAlive(server.pid)).toBe(false);
    await until(() => !isAlive(childOf(transcript)));
  });

  test('ends one that fills its output, which nobody reads', async () => {
    const server = await start(
      nodeServer(
        `process.stdin.resume().on('end', () => process.exit(0)); setInterval(() => console.log('x'.repeat(1e6)), 1)`,
      ),
    );
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  }, 10_000);
});

describe('standard error', () => {
  test('is read to the end, without line ends too; the last 64 KiB are kept', async () => {
    const { server, connection } = await connect(
      `process.stderr.write('\\u001b[31m€'.repeat(1_300_000) + 'the end', () => { ${ECHO} })`,
    );
    let heard = 0;
    server.onStderr((text) => {
      heard += Buffer.byteLength(text);
    });
    expect(await connection.request('x', {}, 20_000)).toEqual({ result: {} });
    await server.stop();
    expect(heard).toBeGreaterThan(10_000_000);
    expect(Buffer.byteLength(server.stderrTail)).toBeLessThanOrEqual(64 * 1024);
    expect(Buffer.byteLength(server.stderrTail)).toBeGreaterThan(64 * 1024 - 4);
    expect(server.stderrTail).toMatch(/€the end$/);
    expect(server.stderrTail).not.toContain('\ufffd');
  }, 30_000);

  test('is no longer told to who does not listen any more', async () => {
    const { server, connection } = await connect(onMessage(`console.error('x'); console.log('{"id":1,"result":{}}')`));
    const heard: string[] = [];
    server.onStderr((text) => heard.push(text))();
    await connection.request('x', {}, 10_000);
    await until(() => server.stderrTail.length > 0);
    expect(heard).toEqual([]);
  });
});

describe('a server that says too much', () => {
  test('a line without an end', async () => {
    const { connection } = await connect(`
      const text = 'x'.repeat(1e6);
      const more = () => process.stdout.write(text, more);
      process.stdout.on('error', () => {});
      more();
    `);
    await connection.ended;
    expect(connection.failure?.message).toBe('a message is longer than 16777216 bytes');
  }, 30_000);
});

describe('a server sees', () => {
  test('its arguments as they are: no shell reads them', async () => {
    const args = ['; touch made', '$(touch made)', '`touch made`', '| touch made', '> made', '* ?', '"\'', ''];
    const server = await start([
      process.execPath,
      '-e',
      `console.error(JSON.stringify(process.argv.slice(1)))`,
      ...args,
    ]);
    await server.ended;
    expect(JSON.parse(server.stderrTail)).toEqual(args);
    expect(existsSync(join(home, 'made'))).toBe(false);
    await expect(start(['cat; touch made'])).rejects.toThrow('there is no such command');
    expect(existsSync(join(home, 'made'))).toBe(false);
  });

  test.each<Record<string, string>>([
    { CODEX_HOME: '/x' },
    { PWD: '/somewhere', OLDPWD: '/else', SHLVL: '7', _: 'a b' },
    { 'not.for.shells': "'$HOME'" },
  ])('no environment but its own, and its directory: %j', async (env) => {
    const server = await start(
      [process.execPath, '-e', 'console.error(JSON.stringify([process.env, process.cwd()]))'],
      env,
    );
    await server.ended;
    expect(JSON.parse(server.stderrTail)).toEqual([{ PATH: process.env.PATH, ...env }, home]);
  });
});

test('a server that does not read its input holds up nothing but its requests', async () => {
  const { server, connection } = await connect('setInterval(() => {}, 1000)');
  const waiting = Array.from({ length: 20 }, () => connection.request('x', { text: 'y'.repeat(1e6) }, 500));
  for (const outcome of await Promise.allSettled(waiting)) expect(outcome.status).toBe('rejected');
  await connection.close();
  await server.stop();
  expect(isAlive(server.pid)).toBe(false);
});
