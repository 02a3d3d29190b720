import { rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openRollout } from '../../src/rollout/lines/open-rollout.ts';
import { temporaryFolder } from '../support/rollout.ts';

test.skipIf(process.platform !== 'linux')(
  'a file that the kernel makes up is read, although its size is 0',
  async () => {
    const rollout = await openRollout('/proc/self/status');
    if (rollout.kind !== 'stream') throw new Error('its size was believed');
    expect(String(await buffer(rollout.chunks))).toContain('Name:');
  },
);

test('a file that is empty is one', async () => {
  const path = join(temporaryFolder(), 'empty.jsonl');
  writeFileSync(path, '');
  const rollout = await openRollout(path);
  if (rollout.kind !== 'file') throw new Error('it is no file');
  expect(rollout.file.size).toBe(0);
  await rollout.file.close();
});

test('a compressed rollout is opened when it is read: one that went before is told to who reads it', async () => {
  const path = join(temporaryFolder(), 'rollout.jsonl.zst');
  writeFileSync(path, '');
  const rollout = await openRollout(path);
  if (rollout.kind !== 'stream') throw new Error('it is not expanded');
  // What was asked of the system before is done then.
  await stat(path);
  rmSync(path);
  await expect(buffer(rollout.chunks)).rejects.toMatchObject({ code: 'ENOENT' });
});
