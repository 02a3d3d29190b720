import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oracleCases, type RecordedAnswer, recordedAnswers } from '../support/oracle.ts';
import { mergeAnswers } from './merge.ts';
import type { Answer } from './record-version.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oracle-'));
  for (const name of ['p_baseline', 'no_provider'])
    cpSync(`test/oracle/${name}`, join(folder, name), { recursive: true });
  cpSync('test/oracle/versions.json', join(folder, 'versions.json'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a version between two measured ones gets its own answers and leaves those of the others alone', () => {
  const before = answers();
  const resumed: Answer = {
    ...{ case: 'p_baseline', request: 'resume', home: 'used' },
    ...{ stream: ['RESPONSE'], error: null, usage: null, turns: [['a turn', 'completed']] },
  };
  mergeAnswers(folder, '0.160.7', [resumed]);
  const after = answers();
  expect(after.filter(({ version }) => version !== '0.160.7')).toEqual(before);
  const { request, home, stream, turns } = after.find(({ version }) => version === '0.160.7') as RecordedAnswer;
  expect({ request, home, stream, turns }).toEqual({
    ...{ request: 'resume', home: 'used', stream: ['RESPONSE'], turns: [['a turn', 'completed']] },
  });
});

test('what a version answers again takes the place of what it had answered', () => {
  const refused: Answer = {
    ...{ case: 'no_provider', request: 'fork', home: 'used' },
    ...{ stream: ['ERROR'], error: { code: -32600, message: 'no' }, usage: null, turns: [] },
  };
  mergeAnswers(folder, '0.169.0', [refused]);
  const forks = answers().filter(
    (each) =>
      each.case === 'no_provider' && each.version === '0.169.0' && each.request === 'fork' && !each.excludeTurns,
  );
  expect(forks.map(({ error }) => error)).toEqual([{ code: -32600, message: 'no' }]);
});

test('a case keeps its description', () => {
  expect(oracleCases(folder).map(({ name, kind }) => [name, kind])).toEqual(
    oracleCases('test/oracle')
      .filter(({ name }) => ['p_baseline', 'no_provider'].includes(name))
      .map(({ name, kind }) => [name, kind]),
  );
});

function answers(): RecordedAnswer[] {
  const byPlace = (each: RecordedAnswer) =>
    `${each.case} ${each.request} ${each.excludeTurns} ${each.home} ${each.version}`;
  return [...recordedAnswers(folder)].sort((a, b) => (byPlace(a) < byPlace(b) ? -1 : 1));
}
