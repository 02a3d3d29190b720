import type { CheckedRollout, CheckSummary, Finding, Rule } from '../../../src/check/finding.ts';
import { createReporter, type ReporterName, type ReporterSetting } from '../../../src/report/check/index.ts';
import { escapeControls } from '../../../src/report/escape-controls.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';

/** Texts that do something to XML, Markdown, an annotation or a URI when they are written as they are. */
const hostileReportTexts: readonly string[] = [
  ...hostileTexts,
  ']]>',
  '</failure></testcase><testcase name="forged"/>',
  '" message="forged',
  '<!-- -->',
  '<![CDATA[x]]>',
  '<?xml?>',
  '&#27; &amp; &lt;',
  '\ufffe\uffff',
  '\v\f',
  '\udc00\ud800',
  '😀 \u{1f468}\u200d\u{1f469}',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '[text](javascript:alert(1))',
  '](https://example.com)',
  '![image](https://example.com/x.png)',
  'https://example.com www.example.com a@example.com',
  '@team #1 owner/repo#1 deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
  '| a | b |',
  '\\| \\',
  '`code` ``` ~~~',
  '\\`',
  '**bold** _it_ ~~s~~ # h',
  '- [ ] task',
  '[^1]: note',
  '%0A::error::forged',
  '%25 %3A %2C %0D',
  ',line=1,title=forged',
  'a,file=b::c',
  '=x',
  '==',
  ' leading and trailing ',
  'a:b;c]d',
  '{0} {{1}}',
  '../../etc/passwd',
  '/etc/passwd',
  'C:\\Windows',
  'file:///etc/passwd?a#b',
  '__proto__',
  'x'.repeat(3000),
  '😀'.repeat(1500),
  '\u202e'.repeat(1500),
];

/** The same with names for tests. */
export const hostileCases: readonly (readonly [name: string, text: string])[] = hostileReportTexts.map((text) => [
  escapeControls(text).slice(0, 40),
  text,
]);

export const rule: Rule = {
  id: 'shrinking-total',
  severity: 'warning',
  title: 'a total that shrinks',
  why: 'Why it matters.',
  codex: 'Nothing, in every version.',
  fix: 'Look at `token_count`.',
};

export const cwd: string = process.cwd();

const setting: ReporterSetting = { color: false, columns: 80, place: null, cwd, rules: [rule], documents: null };

/** A finding that has everything, but for what is given. */
export function finding(given: Partial<Finding> = {}): Finding {
  return {
    id: 'shrinking-total',
    severity: 'error',
    message: 'the total shrinks',
    byteOffset: 3456,
    line: 12,
    expected: '300',
    actual: '299',
    because: null,
    fix: null,
    ...given,
  };
}

/** A rollout in each state, each with findings that it can have, and every text of them foreign. */
export function hostileRollouts(text: string): CheckedRollout[] {
  const hostile = { id: text, message: text, expected: text, actual: text };
  return [
    {
      path: text,
      status: 'fail',
      findings: [
        finding({ ...hostile, fix: text }),
        finding({ ...hostile, because: text }),
        finding({ ...hostile, line: null, byteOffset: null }),
      ],
    },
    { path: `fixtures/${text}`, status: 'pass', findings: [finding({ ...hostile, severity: 'warning' })] },
    { path: `${text}.jsonl`, status: 'error', findings: [finding({ message: text }), finding({ severity: 'info' })] },
  ];
}

/** What else a summary says. */
export const nothingElse = { tooManyWarnings: null, accepted: 0, configuration: null } as const;

export function summaryOf(rollouts: readonly CheckedRollout[]): CheckSummary {
  const count = (status: CheckedRollout['status']) => rollouts.filter((each) => each.status === status).length;
  return { passed: count('pass'), failed: count('fail'), errors: count('error'), ...nothingElse };
}

/** The whole report. */
export async function report(
  name: ReporterName,
  rollouts: readonly CheckedRollout[],
  given: Partial<ReporterSetting> = {},
  tooManyWarnings: CheckSummary['tooManyWarnings'] = null,
): Promise<string> {
  const reporter = await createReporter(name, { ...setting, ...given });
  const text = rollouts.map((checked) => reporter.rollout(checked)).join('');
  return reporter.begin() + text + reporter.end({ ...summaryOf(rollouts), tooManyWarnings }, 1);
}
