import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isAppendNote, noteAppend } from '../../src/server/store/append-note.ts';
import { undoUnfinishedWrites } from '../../src/server/store/unfinished-writes.ts';
import { agentMessage, sessionMeta, temporaryFolder, threadA, tokenCount, writeRollout } from '../support/rollout.ts';

const turn = Buffer.from(`${tokenCount(200)}\n${agentMessage}\n`);

/** A home with one rollout, to whose end this was to be appended. */
async function homeWithNote() {
  const codexHome = temporaryFolder();
  const folder = join(codexHome, 'sessions', '2026', '11', '22');
  mkdirSync(folder, { recursive: true });
  const path = writeRollout(folder, `rollout-2026-11-22T10-00-00-${threadA}.jsonl`, [sessionMeta(threadA)]);
  const before = readFileSync(path);
  const note = await noteAppend(path, before.length, turn);
  return { codexHome, folder, path, before, note };
}

const leftIn = (path: string) => readdirSync(dirname(path)).length - 1;

test('a turn of which only a part was written is cut off, wherever that ends', async () => {
  for (let written = 1; written < turn.length; written += 7) {
    const { codexHome, path, before } = await homeWithNote();
    appendFileSync(path, turn.subarray(0, written));
    expect(await undoUnfinishedWrites(codexHome)).toEqual([path]);
    expect([readFileSync(path), leftIn(path)]).toEqual([before, 0]);
  }
});

test('a turn of which nothing was written, or all of it, stays as it is', async () => {
  for (const written of [Buffer.alloc(0), turn]) {
    const { codexHome, path, before } = await homeWithNote();
    appendFileSync(path, written);
    expect(await undoUnfinishedWrites(codexHome)).toEqual([]);
    expect([readFileSync(path), leftIn(path)]).toEqual([Buffer.concat([before, written]), 0]);
  }
});

test('what somebody else has written since is not lost', async () => {
  const { codexHome, path, before } = await homeWithNote();
  const torn = turn.subarray(0, 100);
  appendFileSync(path, Buffer.concat([torn, Buffer.from('\n{}\n')]));
  expect(await undoUnfinishedWrites(codexHome)).toEqual([]);
  expect(readFileSync(path)).toEqual(Buffer.concat([before, torn, Buffer.from('\n{}\n')]));
});

test('a note that is not whole was never acted on', async () => {
  const { codexHome, path, before, note } = await homeWithNote();
  truncateSync(note, 30);
  appendFileSync(path, turn.subarray(0, 10));
  expect(await undoUnfinishedWrites(codexHome)).toEqual([]);
  expect([readFileSync(path), leftIn(path)]).toEqual([Buffer.concat([before, turn.subarray(0, 10)]), 0]);
});

test('a new rollout that is not whole is removed; files of other names, and what links lead to, stay', async () => {
  const { codexHome, folder, path, note } = await homeWithNote();
  const unfinished = `${path}.0123456789ab.tmp`;
  const others = ['notes.tmp', `${path.slice(folder.length + 1)}.tmp`, 'a.jsonl.0123456789ab.tmp.txt'];
  for (const name of others) writeFileSync(join(folder, name), '');
  writeFileSync(unfinished, 'half');
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'x.jsonl.0123456789ab.tmp'), 'half');
  symlinkSync(elsewhere, join(folder, 'link'));
  expect(await undoUnfinishedWrites(codexHome)).toEqual([unfinished]);
  expect(readdirSync(folder).sort()).toEqual([...others, 'link', path.slice(folder.length + 1)].sort());
  expect(readdirSync(elsewhere)).toHaveLength(1);
  expect(isAppendNote(note)).toBe(true);
});
