import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/rollout.ts';

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['bin/rollout-inspect.js', 'tap', ...args], { encoding: 'utf8' });

/** A codex that says what it was called with. */
function codexIn(folder: string): string {
  const codex = join(folder, "o'codex");
  writeFileSync(codex, '#!/bin/sh\necho "{\\"method\\":\\"$*\\"}"\n');
  chmodSync(codex, 0o755);
  return codex;
}

test('a shim taps app-servers, and hands everything else to codex', () => {
  const folder = temporaryFolder();
  const made = run('shim', join(folder, 'shims'), '--codex-bin', codexIn(folder));
  expect([made.status, made.stderr]).toEqual([0, '']);
  const shim = join(folder, 'shims', 'codex');
  const call = (...args: string[]) => spawnSync(shim, args, { encoding: 'utf8', input: '' }).stdout;
  expect(call('login', 'status')).toBe('{"method":"login status"}\n');
  expect(readdirSync(join(folder, 'shims'))).toEqual(['codex']);
  expect(call('-c', 'a=1', 'app-server')).toBe('{"method":"-c a=1 app-server"}\n');
  const [record = ''] = readdirSync(join(folder, 'shims')).filter((name) => name.endsWith('.ndjson'));
  expect(readFileSync(join(folder, 'shims', record), 'utf8')).toContain('"method":"-c a=1 app-server"');
});

test.each([
  ['settings.json', '{\n  // mine\n  "agent": { "command": "npx", "env": { "CODEX_PATH": "/usr/bin/codex" } }\n}\n'],
  ['client.toml', '# mine\n[server]\ncommand = "/usr/bin/codex"\nargs = ["app-server"]\n'],
])('%s is wrapped, everything else in it stays, and unwrapped', (name, text) => {
  const folder = temporaryFolder();
  const file = join(folder, name);
  writeFileSync(file, text);
  const wrapped = run('wrap', file, '--codex-bin', codexIn(folder));
  expect([wrapped.status, wrapped.stderr]).toEqual([0, '']);
  const shim = join(folder, 'rollout-inspect-tap', 'codex');
  expect(readFileSync(file, 'utf8')).toBe(text.replace('/usr/bin/codex', shim));
  expect(run('wrap', file, '--codex-bin', '/bin/true').status).toBe(2);
  expect(run('unwrap', file).status).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(readdirSync(folder).filter((each) => each.endsWith('.before-tap'))).toEqual([]);
});

test('a file that is named from where one stands names its shim, and that its folder, from anywhere', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'settings.json'), '{"codexPath": "codex"}');
  const args = ['tap', 'wrap', 'settings.json', '--codex-bin', codexIn(folder)];
  spawnSync(process.execPath, [resolve('bin/rollout-inspect.js'), ...args], { cwd: folder });
  const shim = join(realpathSync(folder), 'rollout-inspect-tap', 'codex');
  expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(`{"codexPath": "${shim}"}`);
  spawnSync(shim, ['app-server'], { input: '', cwd: '/' });
  expect(readdirSync(join(folder, 'rollout-inspect-tap')).length).toBe(3);
});

test('a configuration that was changed meanwhile is not put back, one that names no codex is left alone', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'settings.json');
  writeFileSync(file, '{"theme": "dark"}');
  expect(run('wrap', file, '--codex-bin', '/bin/true').stderr).toContain('names no codex');
  writeFileSync(file, '{"codexPath": "codex"}');
  expect(run('wrap', file, '--codex-bin', '/bin/true').status).toBe(0);
  const changed = readFileSync(file, 'utf8').replace('}', ', "theme": "dark"}');
  writeFileSync(file, changed);
  expect(run('unwrap', file).stderr).toContain('was changed since it was wrapped');
  expect(readFileSync(file, 'utf8')).toBe(changed);
});
