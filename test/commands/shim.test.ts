import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/rollout.ts';

const program = new URL('../../bin/rollout-inspect.js', import.meta.url).pathname;

test('a shim serves app-servers, and hands everything else to codex', () => {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  mkdirSync(home);
  const codex = join(folder, 'real-codex');
  writeFileSync(codex, '#!/bin/sh\necho "real $*"\n', { mode: 0o755 });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [program, 'shim', ...args], { encoding: 'utf8', cwd: folder });
  const made = run('shim', '--codex-home', 'home', '--codex-bin', codex, '--emulate', '0.144.6', '--seed', 'golden');
  expect([made.status, made.stderr]).toEqual([0, '']);
  expect(made.stdout).toContain('stands in for codex');
  const shim = join(folder, 'shim', 'codex');
  expect(statSync(shim).mode & 0o111).toBe(0o111);

  const hello = { id: 1, method: 'initialize', params: { clientInfo: { name: 'test', version: '1' } } };
  const start = { id: 2, method: 'thread/start', params: {} };
  const input = [hello, start].map((message) => `${JSON.stringify(message)}\n`).join('');
  const ask = () =>
    spawnSync(shim, ['app-server', '-c', 'model=x', '--listen', 'stdio://'], { encoding: 'utf8', input, cwd: '/' });
  const served = ask();
  const [answer = '', started = ''] = served.stdout.split('\n');
  expect(JSON.parse(answer)).toMatchObject({ id: 1, result: { codexHome: expect.stringMatching(/home$/) } });
  expect(answer).toContain('0.144.6');
  // The seed makes ids and times the same each time.
  expect(started).toContain('"id":"019b');
  expect(ask().stdout).toBe(served.stdout);

  expect(spawnSync(shim, ['--version'], { encoding: 'utf8' }).stdout).toBe('real --version\n');
  writeFileSync(shim, 'mine');
  expect(run('shim', '--codex-home', 'home', '--codex-bin', codex).status).toBe(2);
  expect(readFileSync(shim, 'utf8')).toBe('mine');
});
