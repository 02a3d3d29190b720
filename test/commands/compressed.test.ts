import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { openRollout } from '../../src/rollout/lines/open-rollout.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { zstdOf } from '../support/zstd.ts';

const plain = 'samples/0.169.0/two-turns.jsonl';
/** The same, as `zstd -19` makes it. */
const archive = 'test/commands/compressed/two-turns.jsonl.zst';

async function expanded(path: string): Promise<Buffer> {
  const opened = await openRollout(path);
  if (opened.kind !== 'stream') throw new Error('it was not expanded');
  return buffer(opened.chunks);
}

describe('an archive', () => {
  test('that zstd made holds what went in', async () => {
    expect(await expanded(archive)).toEqual(readFileSync(plain));
  });

  test('of many blocks, and of several frames, is read to its end', async () => {
    const path = join(temporaryFolder(), 'r.jsonl.zst');
    const content = Buffer.concat(Array.from({ length: 60 }, () => readFileSync(plain)));
    writeFileSync(path, Buffer.concat([zstdOf(content), readFileSync(archive)]));
    expect((await expanded(path)).equals(Buffer.concat([content, readFileSync(plain)]))).toBe(true);
  });

  test.each([
    ['cut in the middle', readFileSync(archive).subarray(0, 1500), 'is a compressed file that is cut'],
    ['cut near its end', readFileSync(archive).subarray(0, -6), 'is a compressed file that is cut'],
    ['cut to three bytes', readFileSync(archive).subarray(0, 3), 'is a compressed file that is cut'],
    ['that is none', Buffer.from('{"timestamp":"2026-03-27T10:00:00.000Z"}\n'), 'is no Zstandard archive'],
  ])('%s is told as such by every command', async (_, bytes, problem) => {
    const path = join(temporaryFolder(), 'r.jsonl.zst');
    writeFileSync(path, bytes);
    for (const command of ['usage', 'turns', 'size']) {
      const { code, stderr } = await runCli([command, path]);
      expect([command, code, stderr]).toEqual([command, 2, expect.stringContaining(`r.jsonl.zst ${problem}`)]);
    }
    const { code, stdout } = await runCli(['check', path]);
    expect([code, stdout]).toEqual([2, expect.stringContaining(problem)]);
  });
});

test.each([
  ['usage', '--json'],
  ['turns', '--json'],
  ['size', '--json'],
  ['check', '--reporter', 'json'],
])('%s gives the same answer for it as for the plain file', async (...args) => {
  const answer = async (path: string) => {
    const { code, stdout } = await runCli([...args, path]);
    return { code, stdout: stdout.replaceAll(path, 'ROLLOUT') };
  };
  expect(await answer(archive)).toEqual(await answer(plain));
});

test('it is replayed as the plain file is', async () => {
  const answer = async (path: string) => {
    const args = ['replay', '--resume', path, '--server', 'embedded', '--quiet-ms', '50', '--json'];
    const { verdict, checks, expected } = JSON.parse((await runCli(args)).stdout);
    return { verdict, expected, checks: checks.map(({ id, status }: { id: string; status: string }) => [id, status]) };
  };
  const replayed = await answer(archive);
  expect(replayed.verdict).toBe('pass');
  expect(replayed).toEqual(await answer(plain));
});
