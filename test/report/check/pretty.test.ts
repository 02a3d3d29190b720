import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { widthAtMost } from '../../../src/report/table.ts';
import { isCiCommand, logLines } from '../../support/ci-runners.ts';
import { actsOnTerminal } from '../../support/hostile-texts.ts';
import { samples } from '../../support/random-sample.ts';
import { finding, hostileCases, hostileRollouts, report } from './checked-rollouts.ts';

describe('the pretty reporter', () => {
  test('has a line for each finding, by rollout, and counts the others', async () => {
    const text = await report('pretty', [
      { path: 'good.jsonl', status: 'pass', findings: [] },
      {
        path: 'x/bad.jsonl',
        status: 'fail',
        findings: [
          finding(),
          finding({ severity: 'warning', line: null, byteOffset: null, expected: null, actual: null }),
        ],
      },
      { path: 'gone.jsonl', status: 'error', findings: [finding({ line: 3, byteOffset: 0, id: 'x', expected: null })] },
    ]);
    expect(text).toBe(`x/bad.jsonl
  12:3456  error    shrinking-total  the total shrinks
           expected: 300
           actual: 299
  -        warning  shrinking-total  the total shrinks

gone.jsonl
  3:0  error    x  the total shrinks
       actual: 299

3 rollouts: 1 passed, 1 failed, 1 could not be checked
2 errors, 1 warning
what a finding means, and what to do: rollout-inspect check --explain ID
`);
  });

  test('folds what follows from a finding, and ends with the command that accepts it', async () => {
    const plain = { expected: null, actual: null };
    const text = await report('pretty', [
      {
        path: 'bad.jsonl',
        status: 'fail',
        findings: [
          finding({
            id: 'missing-ancestor',
            message: 'a part of the history is not here',
            ...plain,
            fix: 'check --update',
          }),
          finding({ id: 'cannot-load', message: `Codex refuses it: ${'x '.repeat(60)}`, because: 'missing-ancestor' }),
          finding({ id: 'differs', message: 'a differs', because: 'missing-ancestor' }),
          finding({ id: 'differs', message: 'b differs', because: 'missing-ancestor' }),
        ],
      },
    ]);
    expect(text).toBe(`bad.jsonl
  12:3456  error    missing-ancestor  a part of the history is not here
           this causes cannot-load: Codex refuses it: x x x x x x x x x x x x …
           this causes differs (and 1 more): a differs
  to accept it: check --update

1 rollout: 1 failed
1 error
what a finding means, and what to do: rollout-inspect check --explain ID
`);
  });

  test('says why a run fails whose rollouts pass', async () => {
    const rollouts = [{ path: 'a.jsonl', status: 'pass', findings: [] }] as const;
    const text = await report('pretty', rollouts, {}, { found: 5, allowed: 1 });
    expect(text).toBe('1 rollout: 1 passed\nfailed: 5 warnings, and 1 is allowed (--max-warnings)\n');
  });

  test('says that all is well, or that there was nothing', async () => {
    expect(await report('pretty', [{ path: 'good.jsonl', status: 'pass', findings: [] }])).toBe(
      '1 rollout: 1 passed\n',
    );
    expect(await report('pretty', [])).toBe('no rollouts\n');
  });

  test('puts long words below, and cuts what nobody reads', async () => {
    const message = 'the total shrinks from one record to the next one, and nothing in between says why';
    const findings = [finding({ message, expected: 'x'.repeat(3000), actual: null })];
    const text = await report('pretty', [{ path: 'a.jsonl', status: 'fail', findings }]);
    const lines = text.split('\n');
    expect(lines.slice(1, 4)).toEqual([
      '  12:3456  error    shrinking-total',
      '           the total shrinks from one record to the next one, and nothing in',
      '           between says why',
    ]);
    expect(text).toContain('…');
    expect(text.length).toBeLessThan(1000);
    const piped = await report('pretty', [{ path: 'a.jsonl', status: 'fail', findings }], {
      columns: Number.POSITIVE_INFINITY,
    });
    expect(piped).toContain(`  12:3456  error    shrinking-total  ${message}\n           expected: xxx`);
  });

  test('paints meanings only', async () => {
    const rollouts = [{ path: 'a.jsonl', status: 'fail', findings: [finding()] }] as const;
    const text = await report('pretty', rollouts, { color: true });
    expect(text).toContain('\u001b[31merror  \u001b[39m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken away
    expect(text.replace(/\u001b\[\d+m/g, '')).toBe(await report('pretty', rollouts));
  });

  test.each(hostileCases)('shows it and lets it do nothing, on any width: %s', async (_, text) => {
    for (const columns of [20, 60, 80, Number.POSITIVE_INFINITY]) await expectInert(text, columns);
  });

  test('lets nothing through where it breaks lines', async () => {
    const parts = fc.constantFrom(
      '::',
      ':',
      '##[',
      '##',
      '[',
      ']',
      ' ',
      '::error::',
      '\u00a0',
      'word',
      '\n',
      'x'.repeat(29),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { minLength: 1 }), async (text) => expectInert(text.join(''), 40)),
      { numRuns: samples(100) },
    );
  });
});

async function expectInert(text: string, columns: number): Promise<void> {
  const output = await report('pretty', hostileRollouts(text), { columns });
  expect(actsOnTerminal(output)).toBe(false);
  expect(logLines(output).filter(isCiCommand)).toEqual([]);
  const details = output.split('\n').filter((line) => line.startsWith('     '));
  // An escape that keeps a command from the start of a line may be longer than the line by three.
  for (const line of details) expect(widthAtMost(line)).toBeLessThanOrEqual(Math.max(columns, 30 + 11) + 3);
}
