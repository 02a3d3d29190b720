// The public schema, as the package with which Microsoft tests its own SARIF has it.
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { rules } from '../../../src/check/rules/index.ts';
import { escapeControls } from '../../../src/report/escape-controls.ts';
import { isCiCommand, logLines } from '../../support/ci-runners.ts';
import { actsOnTerminal } from '../../support/hostile-texts.ts';
import { cwd, finding, hostileCases, hostileRollouts, report, rule } from './checked-rollouts.ts';

// Ajv knows later drafts than that of the schema, which differ in what the schema calls itself.
const { $schema: _, id: __, ...schema } = sarifSchema;
const validate = new Ajv({
  strict: false,
  unicodeRegExp: false,
  inlineRefs: false,
  formats: {
    uri: (text: string) => URL.canParse(text) && /^[!-~]+$/.test(text),
    'uri-reference': (text: string) =>
      URL.canParse(text, 'file:///') && /^(?:%[\dA-F]{2}|[\w\-.~!$&'()*+,;=:@/?#])*$/.test(text),
    'date-time': true,
  },
}).compile(schema);

describe('the sarif reporter', () => {
  test('names the rule, the place and the words', async () => {
    const findings = [
      finding(),
      finding({ id: 'other', severity: 'info', line: null, byteOffset: null, expected: null, actual: null }),
    ];
    const log = await sarif([{ path: `${cwd}/x y/ä#.jsonl`, status: 'fail', findings }]);
    const [run] = log.runs;
    const artifactLocation = { uri: 'x%20y/%C3%A4%23.jsonl', uriBaseId: '%SRCROOT%' };
    expect(run.results).toEqual([
      {
        ruleId: 'shrinking-total',
        ruleIndex: 0,
        level: 'error',
        message: { text: 'the total shrinks\nexpected: 300\nactual: 299' },
        locations: [{ physicalLocation: { artifactLocation, region: { startLine: 12, byteOffset: 3456 } } }],
      },
      {
        ruleId: 'other',
        level: 'note',
        message: { text: 'the total shrinks' },
        locations: [{ physicalLocation: { artifactLocation, region: { startLine: 1 } } }],
      },
    ]);
    expect(run.tool.driver.rules).toHaveLength(1);
    expect(run.tool.driver.rules[0]).toMatchObject({
      id: rule.id,
      shortDescription: { text: rule.title },
      defaultConfiguration: { level: 'warning' },
    });
    expect(run.tool.driver.rules[0].helpUri).toMatch(/^file:\/\/\/.*\/docs\/checks\.md#shrinking-total$/);
    expect(run.tool.driver.rules[0].help.text).toMatch(/See docs\/checks\.md#shrinking-total\.$/);
    expect(run.invocations).toEqual([{ executionSuccessful: true, exitCode: 1 }]);
  });

  test('is valid with all rules, and without findings', async () => {
    const log = await sarif([], rules);
    expect(log.runs[0].results).toEqual([]);
    expect(log.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(rules.map(({ id }) => id));
  });

  test('names a file outside of the checkout by an absolute URI', async () => {
    const log = await sarif([{ path: '/else where/a.jsonl', status: 'fail', findings: [finding()] }]);
    expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation).toEqual({
      uri: 'file:///else%20where/a.jsonl',
    });
  });

  test.each(hostileCases)('is valid, and its texts hold no link: %s', async (_, text) => {
    const rollouts = hostileRollouts(text);
    const log = await sarif(rollouts);
    const messages = log.runs[0].results.map(({ message }: { message: { text: string } }) => message.text);
    const safe = escapeControls(text).replaceAll('](', ']\\x28');
    expect(messages).toHaveLength(rollouts.flatMap(({ findings }) => findings).length - 1);
    expect(messages[0]).toBe(
      ['', 'expected: ', 'actual: ', `this causes ${safe}: `, 'to accept it: '].map((start) => start + safe).join('\n'),
    );
    expect(messages.join('\n')).not.toContain('](');
    expect(actsOnTerminal(messages.join(''))).toBe(false);
  });
});

/** The report as a value; it is valid, and nothing in it acts on a terminal or a CI runner. */
async function sarif(rollouts: Parameters<typeof report>[1], allRules = [rule] as readonly (typeof rule)[]) {
  const text = await report('sarif', rollouts, { rules: allRules });
  expect(actsOnTerminal(text)).toBe(false);
  expect(logLines(text).filter(isCiCommand)).toEqual([]);
  const log = JSON.parse(text);
  validate(log);
  expect(validate.errors).toBe(null);
  return log;
}
