import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { sessionMeta, temporaryFolder, threadA, tokenCount, writeRollout } from './support/rollout.ts';

const bin = 'bin/rollout-inspect.js';
const sample = 'samples/0.169.0/two-turns.jsonl';

beforeAll(() => {
  if (!existsSync('dist/main.cjs')) throw new Error('these tests run what was built: npm run build');
});

/** A folder of rollouts whose CSV is over ten megabytes. */
function manyRollouts(): string {
  const folder = temporaryFolder();
  const long = 'x'.repeat(60_000);
  const lines = [sessionMeta(threadA, { cli_version: long }), tokenCount(100)];
  for (let i = 0; i < 200; i++) writeRollout(folder, `${i}.jsonl`, lines);
  return folder;
}

describe('the program', () => {
  test('answers a real rollout', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'usage', sample], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('12,299');
  });

  test.each<[string, string[], number, RegExp]>([
    ['turns', [sample], 0, /own usage of 2 turns/],
    ['check', ['samples/0.169.0/two-*.jsonl'], 0, /1 rollout: 1 passed/],
    ['check', ['no-such-*.jsonl'], 2, /no rollout is called like/],
    ['replay', ['--resume', sample, '--server', 'embedded', '--quiet-ms', '50'], 0, /pass by the contract/],
    ['serve', ['--codex-home', 'samples'], 0, /^$/],
  ])('%s %j', (verb, args, code, said) => {
    const ended = spawnSync(process.execPath, [bin, verb, ...args], { encoding: 'utf8', input: '' });
    expect(ended.status).toBe(code);
    expect(ended.stdout).toMatch(said);
  });

  test('is quiet when its reader leaves', () => {
    const command = `set -o pipefail; "$0" ${bin} usage "$1" --csv | head -1`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, manyRollouts()], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toHaveLength(2);
  });

  test('loses nothing to a slow reader', async () => {
    const folder = manyRollouts();
    const child = spawn(process.execPath, [bin, 'usage', folder, '--csv'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    let bytes = 0;
    for await (const chunk of child.stdout) bytes += (chunk as Buffer).length;
    expect(bytes).toBeGreaterThan(200 * 60_000);
    const rows = spawnSync(process.execPath, [bin, 'usage', folder, '--csv'], { maxBuffer: 2 ** 30 }).stdout;
    expect(bytes).toBe(rows.length);
  });

  test.skipIf(!existsSync('/dev/full'))('says that the disk is full', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [bin, 'usage', sample], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'rollout-inspect: cannot write to standard output: ENOSPC\n',
    });
  });

  test.skipIf(process.platform !== 'linux')('says that its output is closed', () => {
    const run = (redirection: string) =>
      spawnSync('bash', ['-c', `"$0" ${bin} usage ${sample} ${redirection}; exit $?`, process.execPath], {
        encoding: 'utf8',
      });
    for (const closed of ['>&-', '>&- <&-']) {
      const { status, stderr } = run(closed);
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: 'rollout-inspect: cannot write to standard output: EBADF\n',
      });
    }
    expect(run('>/dev/null').status).toBe(0);
    const unwanted = spawnSync(process.execPath, [bin, 'usage', sample], { stdio: ['ignore', 'ignore', 'pipe'] });
    expect(unwanted.status).toBe(0);
    const daemon = spawnSync('bash', ['-c', `"$0" ${bin} usage ${sample}; exit $?`, process.execPath], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    expect(daemon.status).toBe(0);
  });

  test('refuses a directory as standard input', () => {
    const directory = openSync('.', 'r');
    const { status, stderr } = spawnSync(process.execPath, [bin, 'usage', '-'], {
      stdio: [directory, 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    closeSync(directory);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('standard input is a directory') });
  });

  test('stays within its memory on a line made to use it up', () => {
    const path = writeRollout(temporaryFolder(), 'r.jsonl', [
      sessionMeta(threadA),
      `{"timestamp":"x","type":"event_msg","payload":["token_count"${',0'.repeat(7_000_000)}]}`,
      tokenCount(100).replace(
        '"rate_limits":null',
        `"rate_limits":{"plan_type":{${'"a":null,'.repeat(1_000_000)}"b":null}}`,
      ),
    ]);
    const { status } = spawnSync(process.execPath, ['--max-old-space-size=64', bin, 'usage', path], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
  });

  test('reads a pipe that has a name', () => {
    const command = `"$0" ${bin} usage <(cat ${sample}) --json`;
    const { status, stdout } = spawnSync('bash', ['-c', command, process.execPath], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('"total_tokens": 12299');
    const card = spawnSync('bash', ['-c', command.replace(' --json', ''), process.execPath], { encoding: 'utf8' });
    expect([card.status, card.stdout]).toEqual([0, expect.stringContaining('12,299')]);
  });
});
