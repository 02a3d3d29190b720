import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../support/processes.ts';
import { temporaryFolder } from '../support/rollout.ts';

const program = 'bin/rollout-inspect.js';
const server = (name: string, ...args: string[]) => [process.execPath, join('test/tap/programs', name), ...args];

function run(...args: string[]): ChildProcess & { readonly stdout: Readable } {
  const child = spawn(process.execPath, [program, 'tap', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** What it has written so far. */
function written({ stdout }: { readonly stdout: Readable }): () => string {
  let all = '';
  stdout.setEncoding('utf8').on('data', (more: string) => {
    all += more;
  });
  return () => all;
}

/** A connection that nobody reads. A socket is there a moment before it is listened on. */
async function connected(path: string): Promise<Socket> {
  for (;;) {
    const socket = connect(path).pause();
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
    }
  }
}

const ask = (id: number) => `${JSON.stringify({ id, method: 'thread/list', params: { id } })}\n`;

test('who watches before there is a tap, or comes later, is shown everything; it ends with the tap', async () => {
  const socket = join(temporaryFolder(), 'tap.sock');
  const early = run('watch', `unix://${socket}`);
  const shownEarly = written(early);
  const tap = run('--quiet', '--socket', socket, '--', ...server('echo-server.cjs'));
  tap.stdin?.write(ask(1));
  await until(() => /← c1 +response +thread\/list/.test(shownEarly()));
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  const late = run('watch', socket, 'dir:sent');
  const shownLate = written(late);
  await until(() => shownLate().includes('→ c1'));
  tap.stdin?.write(ask(2));
  await until(() => shownLate().split('\n').length === 3 && shownEarly().split('\n').length === 5);
  tap.stdin?.end();
  const ends = await Promise.all([tap, early, late].map((child) => once(child, 'close')));
  expect(ends).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ]);
  expect(shownLate()).not.toContain('←');
  expect(existsSync(socket)).toBe(false);
});

test('with --follow the next tap is shown as well', async () => {
  const socket = join(temporaryFolder(), 'tap.sock');
  const watcher = run('watch', '--follow', socket);
  const shown = written(watcher);
  for (const id of [1, 2]) {
    const tap = run('--quiet', '--socket', socket, '--', ...server('echo-server.cjs'));
    tap.stdin?.write(ask(id));
    await until(() => shown().split('response').length === id + 1);
    tap.stdin?.end();
    await once(tap, 'close');
  }
});

test('a watcher that reads nothing holds up nobody', async () => {
  const folder = temporaryFolder();
  const [socket, record] = [join(folder, 'tap.sock'), join(folder, 'record.ndjson')];
  const options = ['--quiet', '--socket', socket, '--record', record];
  const tap = run(
    ...options,
    '--',
    process.execPath,
    '-e',
    "process.stdin.on('data', (bytes) => process.stdout.write(bytes))",
  );
  await until(() => existsSync(socket));
  const watcher = await connected(socket);
  onTestFinished(() => void watcher.destroy());
  const line = `${JSON.stringify({ method: 'big', params: { text: 'x'.repeat(1e6) } })}\n`;
  const passed = text(tap.stdout);
  for (let i = 0; i < 20; i++) tap.stdin?.write(line);
  tap.stdin?.end();
  expect(await once(tap, 'exit')).toEqual([0, null]);
  expect(await passed).toBe(line.repeat(20));
  expect(readFileSync(record, 'utf8').split('\n').length).toBe(42);
});

test('a place that is taken is told, and no server is left', async () => {
  const file = join(temporaryFolder(), 'mine');
  writeFileSync(file, 'mine');
  const child = spawn(process.execPath, [program, 'tap', '--socket', file, '--', ...server('echo-server.cjs')]);
  child.stdin.end();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect([code, said]).toEqual([4, `rollout-inspect: ${file} is there already, and no socket\n`]);
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test('a folder that is not there is told, and no server is started', async () => {
  const folder = join(temporaryFolder(), 'missing');
  const options = ['--socket', join(folder, 'tap.sock'), '--', ...server('echo-server.cjs')];
  const child = spawn(process.execPath, [program, 'tap', ...options]);
  child.stdin.end();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect([code, said]).toEqual([4, `rollout-inspect: there is no folder ${folder} for a socket\n`]);
});
