import { describe, expect, test } from 'vitest';
import { isCiCommand, logLines } from '../../support/ci-runners.ts';
import { actsOnTerminal } from '../../support/hostile-texts.ts';
import { finding, hostileCases, hostileRollouts, nothingElse, report, summaryOf } from './checked-rollouts.ts';

const head = { command: 'check', version: 1 };

describe('the json and ndjson reporters', () => {
  test('tell everything', async () => {
    const rollouts = [{ path: 'a.jsonl', status: 'fail', findings: [finding({ line: null })] }] as const;
    const end = { summary: { passed: 0, failed: 1, errors: 0, ...nothingElse }, exitCode: 1 };
    expect(JSON.parse(await report('json', rollouts))).toEqual({ ...head, rollouts, ...end });
    const lines = (await report('ndjson', rollouts)).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([...rollouts, { ...head, ...end }]);
  });

  test('tell that there is nothing', async () => {
    expect(JSON.parse(await report('json', []))).toMatchObject({ rollouts: [] });
    expect((await report('ndjson', [])).match(/\n/g)).toHaveLength(1);
  });

  test.each(hostileCases)('say what was said, and nothing that acts: %s', async (_, text) => {
    const rollouts = hostileRollouts(text);
    const json = await report('json', rollouts);
    const ndjson = await report('ndjson', rollouts);
    for (const output of [json, ndjson]) {
      expect(actsOnTerminal(output)).toBe(false);
      expect(logLines(output).filter(isCiCommand)).toEqual([]);
    }
    expect(JSON.parse(json).rollouts).toEqual(rollouts);
    const lines = ndjson.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line)).slice(0, -1)).toEqual(rollouts);
    expect(JSON.parse(json).summary).toEqual(summaryOf(rollouts));
  });
});
