import type { CheckedRollout, CheckSummary } from '../../check/finding.ts';
import { type FindingGroup, findingGroups } from '../../check/finding-group.ts';
import { fileName } from './file-name.ts';
import { type Reporter, type ReporterSetting, wholeReport } from './reporter.ts';
import { fixLines, followerLines, messageLines, placeWords, tooManyWarningsText } from './words.ts';
import { xmlAttributes, xmlText } from './xml.ts';

const SUITE = 'rollout-inspect check';
const CLASS = 'rollout-inspect.check';

/** JUnit's XML: a test case for each rollout, and one for the number of warnings when that fails the run. */
export function junitReporter({ cwd }: ReporterSetting): Reporter {
  return wholeReport((rollouts, summary) =>
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites${xmlAttributes(totals(summary))}>`,
      `  <testsuite${xmlAttributes(totals(summary))}>`,
      ...rollouts.map((checked) => testCase(checked, fileName(checked.path, cwd))),
      ...warningsCase(summary),
      '  </testsuite>',
      '</testsuites>',
      '',
    ].join('\n'),
  );
}

function totals({ passed, failed, errors, tooManyWarnings }: CheckSummary): Record<string, string | number> {
  const more = tooManyWarnings ? 1 : 0;
  return { name: SUITE, tests: passed + failed + errors + more, failures: failed + more, errors };
}

function warningsCase({ tooManyWarnings }: CheckSummary): string[] {
  if (!tooManyWarnings) return [];
  const failure = `<failure${xmlAttributes({ type: 'max-warnings', message: tooManyWarningsText(tooManyWarnings) })}/>`;
  return [
    `    <testcase${xmlAttributes({ classname: CLASS, name: 'max-warnings' })}>`,
    `      ${failure}`,
    '    </testcase>',
  ];
}

/** GitLab and Jenkins read one failure of a test case, so all errors are in one. What is no error is its output. */
function testCase({ status, findings }: CheckedRollout, file: string): string {
  const start = `    <testcase${xmlAttributes({ classname: CLASS, name: file, file })}`;
  const isError = ({ severity }: FindingGroup) => severity === 'error';
  const groups = findingGroups(findings);
  const errors = groups.filter(isError);
  const others = groups.filter((group) => !isError(group));
  const inside = [
    ...(status === 'pass' ? [] : [problem(status === 'fail' ? 'failure' : 'error', errors)]),
    ...(others.length === 0 ? [] : [`      <system-out>${others.map(groupText).join('\n')}</system-out>`]),
  ];
  return inside.length === 0 ? `${start}/>` : [`${start}>`, ...inside, '    </testcase>'].join('\n');
}

function problem(tag: 'failure' | 'error', errors: readonly FindingGroup[]): string {
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const [first] = errors;
  const attributes = { type: first?.cause.id ?? tag, message: `${first?.cause.message ?? tag}${more}` };
  return `      <${tag}${xmlAttributes(attributes)}>${errors.map(groupText).join('\n')}</${tag}>`;
}

function groupText(group: FindingGroup): string {
  const { cause, followers, severity } = group;
  const place = placeWords(cause);
  const [message, ...details] = messageLines(cause, xmlText);
  const start = `${severity} ${xmlText(cause.id)}${place === '' ? '' : `, ${place}`}`;
  const more = [...details, ...followerLines(followers, xmlText), ...fixLines(group, xmlText)];
  return [`${start}: ${message}`, ...more.map((line) => `  ${line}`)].join('\n');
}
