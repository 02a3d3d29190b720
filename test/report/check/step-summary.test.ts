import fc from 'fast-check';
import { marked, type Token, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { stepSummary } from '../../../src/report/check/index.ts';
import { actsOnTerminal } from '../../support/hostile-texts.ts';
import { samples } from '../../support/random-sample.ts';
import { finding, hostileCases, hostileRollouts, summaryOf } from './checked-rollouts.ts';

describe('the step summary', () => {
  test('is a table of the findings, the gravest first', () => {
    const rollouts = [
      { path: 'good.jsonl', status: 'pass', findings: [] },
      { path: 'odd.jsonl', status: 'pass', findings: [finding({ severity: 'warning', line: null, expected: null })] },
      { path: 'bad.jsonl', status: 'fail', findings: [finding({ expected: '{"a|b":"`"}' })] },
    ] as const;
    expect(stepSummary(rollouts, summaryOf(rollouts))).toBe(`## rollout-inspect check

3 rollouts: 2 passed, 1 failed; 1 error, 1 warning.

| rollout | line | severity | id | finding | expected | actual |
| --- | --- | --- | --- | --- | --- | --- |
| \`bad.jsonl\` | 12 | error | \`shrinking-total\` | \`the total shrinks\` | \`{"a\\x7cb":"\\x60"}\` | \`299\` |
| \`odd.jsonl\` |  | warning | \`shrinking-total\` | \`the total shrinks\` |  | \`299\` |

what a finding means, and what to do: rollout-inspect check --explain ID.
`);
  });

  test('is short when all is well', () => {
    const rollouts = [{ path: 'good.jsonl', status: 'pass', findings: [] }] as const;
    expect(stepSummary(rollouts, summaryOf(rollouts))).toBe('## rollout-inspect check\n\n1 rollout: 1 passed.\n');
  });

  test('fits into what GitHub takes, whatever there is', () => {
    const long = '\u{1f600}\u202e日'.repeat(10_000);
    const hostile = finding({ id: long, message: long, expected: long, actual: long });
    const rollouts = Array.from({ length: 3000 }, () => ({ path: long, status: 'fail', findings: [hostile] }) as const);
    const text = stepSummary(rollouts, summaryOf(rollouts));
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toContain('… and 2900 more.');
  });

  test.each(hostileCases)('has nothing live in it but its own table: %s', (_, text) => expectNothingLive(text));

  test('has nothing live in it, whatever a text is made of', () => {
    const parts = fc.constantFrom(
      '`',
      '``',
      '|',
      '\\',
      '\n',
      ' ',
      '<b>',
      '[x](y)',
      '@a',
      '#1',
      '*',
      'https://a.b',
      'x',
    );
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1 }), (text) => expectNothingLive(text.join(''))),
      { numRuns: samples(100) },
    );
  });
});

function expectNothingLive(text: string): void {
  const rollouts = hostileRollouts(text);
  const markdown = stepSummary(rollouts, summaryOf(rollouts));
  expect(actsOnTerminal(markdown)).toBe(false);

  const [heading, , counts, , table, ...rest] = marked.lexer(markdown);
  const types = [heading, counts, table, ...rest].map((token) => token?.type);
  expect(types).toEqual(['heading', 'paragraph', 'table', 'space', 'paragraph']);
  const { header, rows } = table as Tokens.Table;
  expect(header).toHaveLength(7);
  expect(rows).toHaveLength(5);
  for (const cells of rows) {
    // Foreign text is code to the last character. What is not code is ours.
    expect(cells.map(({ tokens }) => tokens.map(kind).join())).toEqual([
      'codespan',
      expect.stringMatching(/^(?:12)?$/),
      expect.stringMatching(/^(?:error|warning|info)$/),
      'codespan',
      expect.stringMatching(/^codespan(?:,<br>,codespan)*$/),
      'codespan',
      'codespan',
    ]);
  }
}

function kind(token: Token): string {
  return token.type === 'text' || token.raw === '<br>' ? token.raw : token.type;
}
