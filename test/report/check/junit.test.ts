import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { isCiCommand, logLines } from '../../support/ci-runners.ts';
import { actsOnTerminal } from '../../support/hostile-texts.ts';
import { cwd, finding, hostileCases, hostileRollouts, report } from './checked-rollouts.ts';

describe('the junit reporter', () => {
  test('leads with the cause, and has a failure of its own for too many warnings', async () => {
    const rollouts = [
      {
        path: 'a.jsonl',
        status: 'fail',
        findings: [
          finding({ id: 'byte-order-mark', severity: 'warning', message: 'a mark', expected: null, actual: null }),
          finding({ id: 'cannot-load', message: 'refused', because: 'byte-order-mark' }),
        ],
      },
    ] as const;
    const text = await report('junit', rollouts, {}, { found: 2, allowed: 0 });
    expect(text).toContain('tests="2" failures="2" errors="0"');
    expect(text).toContain(
      '<failure type="byte-order-mark" message="a mark">error byte-order-mark, line 12, byte 3456: a mark\n',
    );
    expect(text).toContain('  this causes cannot-load: refused</failure>');
    expect(text).toContain('<failure type="max-warnings" message="2 warnings, and 0 are allowed (--max-warnings)"/>');
  });

  test('has a test case for each rollout, with one failure at most', async () => {
    const warning = finding({ severity: 'warning', message: 'a "warning" <&>', expected: null, actual: null });
    const text = await report('junit', [
      { path: 'good.jsonl', status: 'pass', findings: [] },
      { path: 'odd.jsonl', status: 'pass', findings: [warning] },
      { path: `${cwd}/x/bad.jsonl`, status: 'fail', findings: [finding(), warning, finding({ line: 13 })] },
      {
        path: 'gone.jsonl',
        status: 'error',
        findings: [finding({ id: 'no-such-file', line: null, byteOffset: null, expected: null, actual: null })],
      },
    ]);
    expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="rollout-inspect check" tests="4" failures="1" errors="1">
  <testsuite name="rollout-inspect check" tests="4" failures="1" errors="1">
    <testcase classname="rollout-inspect.check" name="good.jsonl" file="good.jsonl"/>
    <testcase classname="rollout-inspect.check" name="odd.jsonl" file="odd.jsonl">
      <system-out>warning shrinking-total, line 12, byte 3456: a &quot;warning&quot; &lt;&amp;&gt;</system-out>
    </testcase>
    <testcase classname="rollout-inspect.check" name="x/bad.jsonl" file="x/bad.jsonl">
      <failure type="shrinking-total" message="the total shrinks (and 1 more)">error shrinking-total, line 12, byte 3456: the total shrinks
  expected: 300
  actual: 299
error shrinking-total, line 13, byte 3456: the total shrinks
  expected: 300
  actual: 299</failure>
      <system-out>warning shrinking-total, line 12, byte 3456: a &quot;warning&quot; &lt;&amp;&gt;</system-out>
    </testcase>
    <testcase classname="rollout-inspect.check" name="gone.jsonl" file="gone.jsonl">
      <error type="no-such-file" message="the total shrinks">error no-such-file: the total shrinks</error>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  test('is a document without rollouts too', async () => {
    expect(elements(await report('junit', []))).toEqual(['testsuites', 'testsuite']);
  });

  test.each(hostileCases)('is XML with the elements that are meant: %s', async (_, text) => {
    const xml = await report('junit', hostileRollouts(text));
    expect(elements(xml)).toEqual([
      'testsuites',
      'testsuite',
      ...['testcase', 'failure', 'testcase', 'system-out', 'testcase', 'error', 'system-out'],
    ]);
    expect(actsOnTerminal(xml)).toBe(false);
    expect(logLines(xml).filter(isCiCommand)).toEqual([]);
  });

  test('is XML for every character', async () => {
    for (let start = 0; start <= 0x10ffff; start += 0x2000) {
      const text = String.fromCodePoint(...Array.from({ length: 0x2000 }, (_, i) => start + i));
      elements(await report('junit', [{ path: 'a', status: 'fail', findings: [finding({ message: text })] }]));
    }
  });
});

/** The names of the elements in their order; every error that a strict parser sees is thrown. */
function elements(xml: string): string[] {
  const names: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    names.push(name);
    for (const [attribute, { value }] of Object.entries(attributes)) {
      if (attribute === 'forged' || value === 'forged') throw new Error(`forged: ${name} ${attribute}`);
    }
  });
  parser.write(xml).close();
  return names;
}
