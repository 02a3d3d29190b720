import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deviationsOf } from '../../src/codex/deviations.ts';
import { eraOf } from '../../src/codex/era.ts';
import { releases } from '../../src/codex/releases.ts';
import { type CodexVersion, compareVersions, parseCodexVersion } from '../../src/codex/version.ts';
import { measuredVersions } from '../support/oracle.ts';
import { answersByPlace, type Boundary, changes, isShown } from './boundaries.ts';

const folder = 'test/oracle';
const written: readonly Boundary[] = JSON.parse(readFileSync(`${folder}/boundaries.json`, 'utf8'));

/** Changes that no recorded case shows, and why. */
const unseen: Readonly<Record<string, string>> = {
  'announcesStatus 0.110.0': 'lies before the recorded versions',
  'namesOwnerAsSource 0.143.0':
    'seen on random threads (test/real-codex/random-rollouts.test.ts); no version between 0.122 and 0.143 was',
  'endedTurnsChange 0.146.0': 'seen on random threads',
  'namesOwnerAsSource 0.147.0': 'seen on random threads',
  'readsHeadToMessage 0.143.0': 'both steps have one name in 0.143 and 0.144',
  'sendsCacheWrite 0.145.0': 'the comparison takes a count that is not there for 0',
  'followsHistoryBase 0.146.0': 'decides which files are opened, not what is made of them',
  'knowsGenerations 0.148.0': 'decides which file is opened, not what is made of it',
  'noOrdinalProblem 0.154.0': 'another error comes first before',
  'providerChange 0.166.0': 'test/lifecycle/provider-change.test.ts shows it',
  'providerIsThatOf 0.166.0': 'the same',
  'providerChange 0.169.0': 'the same',
  'refusesLinkedFork 0.169.0': 'a recorded case has no links',
};

test('each change of the table is that of boundaries.json', () => {
  const boundary = ({ rule, before, since }: Boundary) => `${rule} ${before} ${since}`;
  expect(written.map(boundary)).toEqual(changes().map(boundary));
});

test('each change of the table is shown by a case on the exact release', async () => {
  const places = answersByPlace(folder);
  const notShown: string[] = [];
  for (const each of written) {
    const shown = each.witness !== null && (await isShown(places, each));
    if (!shown && !Object.hasOwn(unseen, `${each.rule} ${each.since}`))
      notShown.push(`${each.rule} since ${each.since}: ${each.witness}`);
  }
  expect(notShown).toEqual([]);
});

test('a deviation begins and ends with a release in which a rule changes that it is about', () => {
  const wrong: string[] = [];
  for (const [i, version] of releases.entries()) {
    const before = releases[i - 1];
    if (!before) continue;
    const [old, now] = [deviationsOf(before), deviationsOf(version)];
    const turned = [...old.filter((row) => !now.includes(row)), ...now.filter((row) => !old.includes(row))];
    for (const { id, mended } of turned) {
      const rules = Object.keys(mended) as (keyof typeof mended)[];
      // What befalls paginated threads begins where these are followed at all.
      const isChanged = [...rules, 'paginated' as const].some((rule) => eraOf(before)[rule] !== eraOf(version)[rule]);
      if (!isChanged) wrong.push(`${id} at ${version.join('.')}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the newest release of every minor version was measured', () => {
  const measured = new Set(measuredVersions(folder));
  const newest = new Map<number, CodexVersion>();
  for (const version of releases) newest.set(version[1], version);
  const first = parseCodexVersion('0.122.0') as CodexVersion;
  const missing = [...newest.values()].filter((version) => compareVersions(version, first) >= 0);
  expect(missing.map((version) => version.join('.')).filter((version) => !measured.has(version))).toEqual([]);
});
