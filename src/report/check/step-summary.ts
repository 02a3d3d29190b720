import type { CheckedRollout, CheckSummary, Finding } from '../../check/finding.ts';
import { FindingCounts, rolloutCounts, shown } from './words.ts';

/** GitHub takes a summary of up to 1 MiB; with these there is always room. */
const ROWS = 100;
const LONGEST = 200;

const order = { error: 0, warning: 1, info: 2 } as const;
const columns = ['rollout', 'line', 'severity', 'id', 'finding', 'expected', 'actual'];

/** Markdown for `$GITHUB_STEP_SUMMARY`: the counts, and a table of the findings, the gravest first. */
export function stepSummary(rollouts: readonly CheckedRollout[], summary: CheckSummary): string {
  const findings = rollouts
    .flatMap(({ path, findings }) => findings.map((finding) => ({ path, finding })))
    .sort((a, b) => order[a.finding.severity] - order[b.finding.severity]);
  const counts = rollouts.reduce((sum, checked) => sum.add(checked), new FindingCounts()).words();
  const untold = findings.length - ROWS;
  return [
    '## rollout-inspect check',
    `${rolloutCounts(summary)}${counts === '' ? '' : `; ${counts}`}.`,
    ...(findings.length === 0 ? [] : [table(findings.slice(0, ROWS))]),
    ...(untold > 0 ? [`… and ${untold} more.`] : []),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

function table(rows: readonly { readonly path: string; readonly finding: Finding }[]): string {
  return [
    columns,
    columns.map(() => '---'),
    ...rows.map(({ path, finding: { line, severity, id, message, expected, actual } }) => [
      code(path),
      line === null ? '' : String(line),
      severity,
      code(id),
      code(message),
      code(expected ?? ''),
      code(actual ?? ''),
    ]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/**
 * Foreign text as code, where no Markdown, HTML, address, mention or reference is live. Only a backtick could end it, and
 * a pipe the cell.
 */
function code(text: string): string {
  const inert = shown(text, LONGEST).replaceAll('`', '\\x60').replaceAll('|', '\\x7c');
  return inert === '' ? '' : `\`${inert}\``;
}
