import type { CheckedRollout, CheckSummary, Finding } from '../../check/finding.ts';
import { fileName } from './file-name.ts';
import { type Reporter, type ReporterSetting, wholeReport } from './reporter.ts';
import { messageLines, placeWords } from './words.ts';
import { xmlAttributes, xmlText } from './xml.ts';

const SUITE = 'rollout-inspect check';

/** JUnit's XML: a test case for each rollout. */
export function junitReporter({ cwd }: ReporterSetting): Reporter {
  return wholeReport((rollouts, summary) =>
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites${xmlAttributes(totals(summary))}>`,
      `  <testsuite${xmlAttributes(totals(summary))}>`,
      ...rollouts.map((checked) => testCase(checked, fileName(checked.path, cwd))),
      '  </testsuite>',
      '</testsuites>',
      '',
    ].join('\n'),
  );
}

function totals({ passed, failed, errors }: CheckSummary): Record<string, string | number> {
  return { name: SUITE, tests: passed + failed + errors, failures: failed, errors };
}

/** GitLab and Jenkins read one failure of a test case, so all errors are in one. What is no error is its output. */
function testCase({ status, findings }: CheckedRollout, file: string): string {
  const start = `    <testcase${xmlAttributes({ classname: 'rollout-inspect.check', name: file, file })}`;
  const isError = ({ severity }: Finding) => severity === 'error';
  const errors = findings.filter(isError);
  const others = findings.filter((finding) => !isError(finding));
  const inside = [
    ...(status === 'pass' ? [] : [problem(status === 'fail' ? 'failure' : 'error', errors)]),
    ...(others.length === 0 ? [] : [`      <system-out>${others.map(findingText).join('\n')}</system-out>`]),
  ];
  return inside.length === 0 ? `${start}/>` : [`${start}>`, ...inside, '    </testcase>'].join('\n');
}

function problem(tag: 'failure' | 'error', errors: readonly Finding[]): string {
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const attributes = { type: errors[0]?.id ?? tag, message: `${errors[0]?.message ?? tag}${more}` };
  return `      <${tag}${xmlAttributes(attributes)}>${errors.map(findingText).join('\n')}</${tag}>`;
}

function findingText(finding: Finding): string {
  const place = placeWords(finding);
  const [message, ...details] = messageLines(finding, xmlText);
  const start = `${finding.severity} ${xmlText(finding.id)}${place === '' ? '' : `, ${place}`}`;
  return [`${start}: ${message}`, ...details.map((line) => `  ${line}`)].join('\n');
}
