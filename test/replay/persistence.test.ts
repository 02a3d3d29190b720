import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { persistenceFaultsSince, snapshotsOf } from '../../src/replay/sandbox/persistence.ts';
import { temporaryFolder } from '../support/rollout.ts';

const legacy = 'samples/0.144.6/two-turns.jsonl';
const settings = '{"timestamp":"t","type":"event_msg","payload":{"type":"thread_settings_applied"}}\n';
const countIn = (path: string) =>
  `${readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .findLast((line) => line.includes('"token_count"'))}\n`;

/** What a server can leave behind to hold us up. */
const replaced = (path: string, make: (path: string) => void) => {
  unlinkSync(path);
  make(path);
};
const fifo = (path: string) => execFileSync('mkfifo', [path]);
const sparse = (path: string) => {
  writeFileSync(path, '');
  truncateSync(path, 200 * 1024 ** 3);
};

interface Place {
  readonly source: string;
  readonly fork: string;
}

test.each<[string, (place: Place) => void, number | null, RegExp[]]>([
  ['nothing', () => {}, 2, []],
  ['settings are added', ({ source }) => appendFileSync(source, settings), 2, []],
  ['usage is added', ({ source }) => appendFileSync(source, countIn(source)), 2, [/3 are there now/]],
  ['it is cut', ({ source }) => truncateSync(source, 3_000), 2, [/first \d+ bytes/]],
  [
    'it is changed',
    ({ source }) => writeFileSync(source, readFileSync(source, 'utf8').replace('12299', '12298')),
    2,
    [/first \d+ bytes/],
  ],
  ['it is gone', ({ source }) => unlinkSync(source), 2, [/it is gone/]],
  ['a fork copies it', ({ source, fork }) => copyFileSync(source, fork), 2, []],
  [
    'a fork has more usage',
    ({ source, fork }) => writeFileSync(fork, readFileSync(source, 'utf8') + countIn(source)),
    2,
    [/3 are there/],
  ],
  [
    'a fork has lost usage',
    ({ source, fork }) => writeFileSync(fork, readFileSync(source, 'utf8').replace(countIn(source), '')),
    2,
    [/1 are there/],
  ],
  [
    'a fork that was cut has less',
    ({ source, fork }) => writeFileSync(fork, readFileSync(source, 'utf8').replace(countIn(source), '')),
    null,
    [],
  ],
  ['a paginated fork refers to it', ({ fork }) => copyFileSync('samples/0.169.0/fork.jsonl', fork), 2, []],
  [
    'a paginated fork has usage',
    ({ source, fork }) => {
      writeFileSync(fork, readFileSync('samples/0.169.0/fork.jsonl', 'utf8') + countIn(source));
    },
    2,
    [/1 are there/],
  ],
  ['a pipe stands in its place', ({ source }) => replaced(source, fifo), 2, [/to be a file; it is none/]],
  [
    '200 GB stand in its place',
    ({ source }) => replaced(source, sparse),
    2,
    [/at most \d+ bytes .*; 214748364800 or more/],
  ],
  ['200 GB follow it', ({ source }) => truncateSync(source, 200 * 1024 ** 3), 2, [/214748364800 or more are there/]],
  ['a folder stands in its place', ({ source }) => replaced(source, mkdirSync), 2, [/it is none/]],
  [
    'a link stands in its place',
    ({ source }) => replaced(source, (path) => symlinkSync('/dev/zero', path)),
    2,
    [/it is none/],
  ],
  ['a pipe is new', ({ fork }) => fifo(fork), 2, []],
  ['200 GB are new', ({ fork }) => sparse(fork), 2, [/at most \d+ bytes in .*fork.jsonl; 214748364800 or more/]],
  ['a link to what never ends is new', ({ fork }) => symlinkSync('/dev/zero', fork), 2, []],
  ['the home is gone', ({ source }) => rmSync(join(source, '../..'), { recursive: true }), 2, [/it is gone/]],
  [
    'the home is a file',
    ({ source }) => {
      rmSync(join(source, '../..'), { recursive: true });
      writeFileSync(join(source, '../..'), '');
    },
    2,
    [/it is gone/],
  ],
  [
    'new rollouts are too many',
    ({ fork }) => {
      for (let i = 0; i < 200; i++) writeFileSync(fork.replace('fork', `fork-${i}`), '');
    },
    null,
    [/there are too many to look at/],
  ],
  [
    'folders are too deep',
    ({ source }) => void mkdirSync(join(source, '..', ...Array.from({ length: 40 }, () => 'x')), { recursive: true }),
    2,
    [/there are too many to look at/],
  ],
  ['its name is another', ({ source, fork }) => renameSync(source, fork), 2, [/it is gone/]],
])('%s', async (_, change, copied, found) => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'sessions'));
  const place = { source: join(home, 'sessions', 'source.jsonl'), fork: join(home, 'sessions', 'fork.jsonl') };
  copyFileSync(legacy, place.source);
  const before = await snapshotsOf([place.source]);
  change(place);
  const persistenceFaults = await persistenceFaultsSince(before, { home }, copied);
  expect(persistenceFaults.map(({ expected, actual }) => `${expected}; ${actual}`)).toEqual(
    found.map((text) => expect.stringMatching(text)),
  );
});

test('a look that takes too long is given up', async () => {
  const path = join(temporaryFolder(), 'rollout.jsonl');
  copyFileSync(legacy, path);
  const before = await snapshotsOf([path]);
  await expect(persistenceFaultsSince(before, { paths: [] }, 2, AbortSignal.abort(new Error('late')))).rejects.toThrow(
    'late',
  );
});
