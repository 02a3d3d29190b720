import type { CheckedRollout, CheckSummary } from '../../check/finding.ts';
import { type FindingGroup, findingGroups } from '../../check/finding-group.ts';
import { EXPLAIN, FindingCounts, fixLines, followerLines, rolloutCounts, shown, tooManyWarningsText } from './words.ts';

/** GitHub takes a summary of up to 1 MiB; with these there is always room. */
const ROWS = 100;
const LONGEST = 200;

const order = { error: 0, warning: 1, info: 2 } as const;
/** What is made safe as a whole. */
const same = (text: string) => text;
const columns = ['rollout', 'line', 'severity', 'id', 'finding', 'expected', 'actual'];

/** Markdown for `$GITHUB_STEP_SUMMARY`: the counts, and a table of the findings, the gravest first, what follows from one beside it. */
export function stepSummary(rollouts: readonly CheckedRollout[], summary: CheckSummary): string {
  const findings = rollouts
    .flatMap(({ path, findings }) => findingGroups(findings).map((group) => ({ path, group })))
    .sort((a, b) => order[a.group.severity] - order[b.group.severity]);
  const found = rollouts.reduce((sum, checked) => sum.add(checked), new FindingCounts());
  const counts = found.words();
  const untold = findings.length - ROWS;
  return [
    '## rollout-inspect check',
    `${rolloutCounts(summary)}${counts === '' ? '' : `; ${counts}`}.`,
    ...(summary.tooManyWarnings ? [`Failed: ${tooManyWarningsText(summary.tooManyWarnings)}.`] : []),
    ...(findings.length === 0 ? [] : [table(findings.slice(0, ROWS))]),
    ...(untold > 0 ? [`… and ${untold} more.`] : []),
    ...(found.areGrave ? [`${EXPLAIN}.`] : []),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

function table(rows: readonly { readonly path: string; readonly group: FindingGroup }[]): string {
  return [
    columns,
    columns.map(() => '---'),
    ...rows.map(({ path, group }) => {
      const { line, id, message, expected, actual } = group.cause;
      const more = [...followerLines(group.followers, same), ...fixLines(group, same)];
      return [
        code(path),
        line === null ? '' : String(line),
        group.severity,
        code(id),
        [message, ...more].map(code).join('<br>'),
        code(expected ?? ''),
        code(actual ?? ''),
      ];
    }),
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
