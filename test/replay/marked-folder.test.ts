import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeMarkedFolder, removeAbandonedHomes } from '../../src/replay/sandbox/marked-folder.ts';
import { temporaryFolder } from '../support/rollout.ts';

/** A process id that nobody has. */
const NOBODY = 2 ** 22 + 1;

test('what a killed run left is removed, and nothing else', async () => {
  const temporary = temporaryFolder();
  const running = makeMarkedFolder(temporary);
  const mark = readdirSync(running)[0] as string;
  const left = join(temporary, `rollout-inspect-${NOBODY}-abcdef`);
  const strangers = [`rollout-inspect-${NOBODY}-ABCDEF`, 'rollout-inspect-2026-11-22-backup', 'rollout-inspect'];
  for (const name of [...strangers, `rollout-inspect-${NOBODY}-abcdef`]) {
    mkdirSync(join(temporary, name));
    writeFileSync(join(temporary, name, 'file'), '');
  }
  renameSync(makeMarkedFolder(temporary), join(temporary, 'moved'));
  writeFileSync(join(left, mark), readFileSync(join(running, mark), 'utf8').replace(/\d+/, String(NOBODY)));
  mkdirSync(join(temporary, `rollout-inspect-${NOBODY}-empty0`));

  await removeAbandonedHomes(temporary);

  expect(existsSync(left)).toBe(false);
  expect(readdirSync(temporary).sort()).toEqual([...strangers, 'moved', running.slice(temporary.length + 1)].sort());
});
