import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeControls } from '../../../src/report/escape-controls.ts';
import { actsOnTerminal } from '../../support/hostile-texts.ts';
import { samples } from '../../support/random-sample.ts';
import { cwd, finding, hostileCases, hostileRollouts, report } from './checked-rollouts.ts';
import { runnerCommands } from './runner-commands.ts';

describe('the github reporter', () => {
  test('annotates file and line', async () => {
    const findings = [
      finding(),
      finding({ severity: 'warning', expected: null, actual: null }),
      finding({ severity: 'info', line: null, byteOffset: null, message: '100% a:b,c' }),
    ];
    const text = await report('github', [{ path: `${cwd}/fixtures/a, b.jsonl`, status: 'fail', findings }]);
    expect(text).toBe(
      '::error file=fixtures/a%2C b.jsonl,line=12,title=shrinking-total::the total shrinks%0Aexpected: 300%0Aactual: 299\n' +
        '::warning file=fixtures/a%2C b.jsonl,line=12,title=shrinking-total::the total shrinks\n' +
        '::notice file=fixtures/a%2C b.jsonl,title=shrinking-total::100%25 a:b,c%0Aexpected: 300%0Aactual: 299\n',
    );
    expect(runnerCommands(text).map(({ properties, data }) => [properties, data])).toEqual([
      [
        { file: 'fixtures/a, b.jsonl', line: '12', title: 'shrinking-total' },
        'the total shrinks\nexpected: 300\nactual: 299',
      ],
      [{ file: 'fixtures/a, b.jsonl', line: '12', title: 'shrinking-total' }, 'the total shrinks'],
      [{ file: 'fixtures/a, b.jsonl', title: 'shrinking-total' }, '100% a:b,c\nexpected: 300\nactual: 299'],
    ]);
  });

  test('is one annotation for a cause and what follows from it, and one for too many warnings', async () => {
    const findings = [
      finding({ id: 'byte-order-mark', severity: 'warning', message: 'a mark', expected: null, actual: null }),
      finding({ id: 'cannot-load', message: 'refused', because: 'byte-order-mark' }),
    ];
    const rollouts = [{ path: 'a.jsonl', status: 'fail', findings }] as const;
    expect(await report('github', rollouts, {}, { found: 2, allowed: 0 })).toBe(
      '::error file=a.jsonl,line=12,title=byte-order-mark::a mark%0Athis causes cannot-load: refused\n' +
        '::error title=max-warnings::2 warnings, and 0 are allowed (--max-warnings)\n',
    );
  });

  test('says nothing of rollouts without findings', async () => {
    expect(await report('github', [{ path: 'a.jsonl', status: 'pass', findings: [] }])).toBe('');
  });

  test('leaves a path outside of the checkout as it is, and no other', async () => {
    const rollouts = ['/elsewhere/a.jsonl', '../a.jsonl', `${cwd}/..a.jsonl`, './x/../b.jsonl'].map(
      (path) => ({ path, status: 'fail', findings: [finding()] }) as const,
    );
    const files = runnerCommands(await report('github', rollouts)).map(({ properties }) => properties.file);
    expect(files).toEqual(['/elsewhere/a.jsonl', '../a.jsonl', '..a.jsonl', 'b.jsonl']);
  });

  test.each(hostileCases)('gives only its own commands, with their own properties: %s', async (_, text) => {
    await expectOwnCommands(text);
  });

  test('gives only its own commands, whatever a text is made of', async () => {
    const parts = fc.constantFrom(
      '::',
      ':',
      '##[',
      '##',
      '[',
      ']',
      '%',
      '%0A',
      '\n',
      '\r',
      ',',
      '=',
      ' ',
      'error',
      'x',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts), async (text) => expectOwnCommands(`x${text.join('')}`)),
      { numRuns: samples(100) },
    );
  });
});

async function expectOwnCommands(text: string): Promise<void> {
  const rollouts = hostileRollouts(text);
  const output = await report('github', rollouts);
  expect(actsOnTerminal(output)).toBe(false);

  const findings = rollouts.flatMap((checked) => checked.findings).filter(({ because }) => because === null);
  const commands = runnerCommands(output);
  expect(output.trimEnd().split('\n')).toHaveLength(findings.length);
  expect(commands.map(({ name }) => name)).toEqual(['error', 'error', 'warning', 'error', 'notice']);
  for (const [i, { properties, data }] of commands.entries()) {
    const { line, id, message, expected, actual } = findings[i] as (typeof findings)[number];
    expect(Object.keys(properties)).toEqual(line === null ? ['file', 'title'] : ['file', 'line', 'title']);
    expect(properties.line).toBe(line === null ? undefined : '12');
    expectShown(properties.title, escapeControls(id).replace(/^=/, '\\x3d').trimEnd());
    const lines = data.split('\n');
    expect(lines).toHaveLength(i === 0 ? 5 : 3);
    if (i === 0)
      expect(lines.slice(3)).toEqual([
        expect.stringContaining('this causes '),
        expect.stringContaining('to accept it: '),
      ]);
    expectShown(lines[0], escapeControls(message));
    expectShown(lines[1], `expected: ${escapeControls(expected as string)}`);
    expectShown(lines[2], `actual: ${escapeControls(actual as string)}`);
    // What is decoded is logged once more.
    expect(runnerCommands(data)).toEqual([]);
  }
}

/** Long texts are cut. */
function expectShown(told: string | undefined, whole: string): void {
  expect(told?.endsWith('…') ? whole.startsWith(told.slice(0, -1)) && told.length > 900 : told === whole).toBe(true);
}
