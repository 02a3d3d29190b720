import type { CheckedRollout, Finding, Rule } from '../../check/finding.ts';
import { findingGroups } from '../../check/finding-group.ts';
import { html, type Markup } from '../html/markup.ts';
import { type Column, section, table } from '../html/section.ts';
import { grouped } from '../numbers.ts';
import { severityClass } from './severity-class.ts';

interface Row {
  readonly path: string;
  readonly status: CheckedRollout['status'];
  /** By the ids of their rules. */
  readonly counts: ReadonlyMap<string, Counted>;
}

interface Counted {
  readonly count: number;
  readonly severity: Finding['severity'];
}

const statuses = { pass: 'passed', fail: 'failed', error: 'could not be checked' } as const;
const statusClass = { pass: 'good', fail: 'bad', error: 'bad' } as const;
const order = { error: 0, fail: 1, pass: 2 } as const;

/** A row for each rollout in which something was found, a column for each rule. What follows from others is not counted. */
export function matrixSection(rollouts: readonly CheckedRollout[], rules: readonly Rule[]): Markup {
  const rows = rollouts
    .filter(({ findings }) => findings.length > 0)
    .map(rowOf)
    .sort((a, b) => order[a.status] - order[b.status]);
  const found = rules.filter(({ id }) => rows.some(({ counts }) => counts.has(id)));
  const columns: Column<Row>[] = [
    { title: 'rollout', cell: ({ path }) => path },
    {
      title: 'result',
      cell: ({ status }) => html`<span class="one-line ${statusClass[status]}">${statuses[status]}</span>`,
    },
    ...found.map(
      ({ id }): Column<Row> => ({ title: id, isNumber: true, cell: ({ counts }) => counted(counts.get(id)) }),
    ),
  ];
  return section(
    'Rollouts',
    'How many findings of each kind a rollout has, without those that follow from others.',
    table('Rollouts and their findings', columns, rows),
  );
}

function rowOf({ path, status, findings }: CheckedRollout): Row {
  const counts = new Map<string, Counted>();
  // The gravest come first.
  for (const { cause, severity } of findingGroups(findings)) {
    const before = counts.get(cause.id);
    counts.set(cause.id, { count: (before?.count ?? 0) + 1, severity: before?.severity ?? severity });
  }
  return { path, status, counts };
}

function counted(found: Counted | undefined): Markup | null {
  if (!found) return null;
  const { count, severity } = found;
  return html`<span class="${severityClass[severity]}"><span class="unseen">${severity}: </span>${grouped(count)}</span>`;
}
