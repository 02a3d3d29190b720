import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { persistenceFaultsSince, rolloutsIn, snapshotsOf } from '../../src/replay/sandbox/persistence.ts';
import { temporaryFolder } from '../support/rollout.ts';

const legacy = 'samples/0.144.6/two-turns.jsonl';
const settings = '{"timestamp":"t","type":"event_msg","payload":{"type":"thread_settings_applied"}}\n';
const countIn = (path: string) =>
  `${readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .findLast((line) => line.includes('"token_count"'))}\n`;

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
  ['its name is another', ({ source, fork }) => renameSync(source, fork), 2, [/it is gone/]],
])('%s', async (_, change, copied, found) => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'sessions'));
  const place = { source: join(home, 'sessions', 'source.jsonl'), fork: join(home, 'sessions', 'fork.jsonl') };
  copyFileSync(legacy, place.source);
  const before = await snapshotsOf(await rolloutsIn(home));
  change(place);
  const persistenceFaults = await persistenceFaultsSince(before, await rolloutsIn(home), copied);
  expect(persistenceFaults.map(({ expected, actual }) => `${expected}; ${actual}`)).toEqual(
    found.map((text) => expect.stringMatching(text)),
  );
});
