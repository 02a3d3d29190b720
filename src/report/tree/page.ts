import type { Evidence } from '../../accounting/forest/evidence.ts';
import { usageRules } from '../../accounting/usage-rule.ts';
import { bar } from '../html/bar.ts';
import { html, type Markup } from '../html/markup.ts';
import { pageText } from '../html/page.ts';
import { type Column, section, table } from '../html/section.ts';
import { noticeLines } from '../notice.ts';
import { grouped } from '../numbers.ts';
import { plainStyle } from '../style.ts';
import type { Grouping, TreeAnswer } from './answer.ts';
import { type GroupRow, groupRows } from './group-rows.ts';
import { treeObject } from './index.ts';
import { forestNoticeLines } from './notices.ts';
import { sumsLines } from './text.ts';
import { threadsSection } from './threads-section.ts';

const groupNames: Readonly<Record<Grouping['by'], string>> = {
  day: 'Days',
  model: 'Models',
  cwd: 'Folders',
  thread: 'Threads by what was spent',
};

/**
 * The page of `tree`: the threads as nested bars, days and models, and by what else the sum was to be divided. Its model is
 * what `--json` prints.
 * @param days the days of which time zone are shown
 */
export function treePage(answer: TreeAnswer, days: Grouping['days']): string {
  const { forest, grouping, evidence } = answer;
  const [spent = '', plain = ''] = sumsLines(forest, plainStyle);
  const divisions = [...new Set<Grouping['by']>(['day', 'model', ...(grouping ? [grouping.by] : [])])];
  const { length } = forest.threads;
  return pageText({
    title: `What ${grouped(length)} ${length === 1 ? 'thread' : 'threads'} spent`,
    answer: html`${spent}`,
    model: treeObject(answer),
    body: [
      html`<p class="muted">${plain}</p>`,
      threadsSection(answer),
      ...divisions.map((by) => groupsSection(groupRows(forest, { by, days }), { by, days })),
      ...(evidence ? [evidenceSection(evidence)] : []),
      notesSection(answer),
    ],
  });
}

function groupsSection(groups: readonly GroupRow[], { by, days }: Grouping): Markup {
  const most = groups.reduce((highest, { usage }) => Math.max(highest, Number(usage.total_tokens)), 0);
  const zones = { local: 'day, local time', utc: 'day, UTC', both: 'day' } as const;
  const count = (title: string, of: (row: GroupRow) => bigint): Column<GroupRow> => ({
    title,
    isNumber: true,
    cell: (row) => grouped(of(row)),
  });
  const hasUtc = groups.some(({ utcUsage }) => utcUsage);
  return section(
    groupNames[by],
    'They add up to the total.',
    table(
      `What was spent by ${by}`,
      [
        { title: by === 'day' ? zones[days] : by, cell: ({ key }) => key },
        { title: 'bar', cell: ({ usage }) => bar([{ amount: Number(usage.total_tokens), kind: 'bar-own' }], most) },
        count('tokens', ({ usage }) => usage.total_tokens),
        count('in', ({ usage }) => usage.input_tokens),
        count('cached', ({ usage }) => usage.cached_input_tokens),
        count('out', ({ usage }) => usage.output_tokens),
        count('reasoning', ({ usage }) => usage.reasoning_output_tokens),
        ...(hasUtc ? [count('tokens, UTC', ({ utcUsage }) => utcUsage?.total_tokens ?? 0n)] : []),
      ],
      groups,
    ),
  );
}

function evidenceSection(evidence: readonly Evidence[]): Markup {
  return section(
    'Records',
    'Every record that was counted or refused, and why. Those that were counted add up to the total.',
    table(
      'Records that hold usage',
      [
        { title: 'thread', cell: ({ threadId }) => threadId ?? 'unknown' },
        { title: 'turn', cell: ({ turnId }) => turnId ?? 'none' },
        { title: 'time', cell: ({ timestamp }) => timestamp ?? 'unknown' },
        { title: 'model', cell: ({ model }) => model ?? '' },
        { title: 'tokens', isNumber: true, cell: ({ usage }) => grouped(usage.total_tokens) },
        { title: 'counted', cell: ({ rule }) => (usageRules[rule].counts ? 'counted' : 'refused') },
        {
          title: 'why',
          isLong: true,
          cell: ({ rule, isUndone }) => `${usageRules[rule].words}${isUndone ? '; taken back' : ''}`,
        },
        { title: 'rollout', cell: ({ path }) => path },
        { title: 'at byte', isNumber: true, cell: ({ byteOffset }) => grouped(byteOffset) },
      ] satisfies Column<Evidence>[],
      evidence,
    ),
  );
}

/** What the numbers do not say; nothing when there is no more to say. */
function notesSection({ forest, notices, errors }: TreeAnswer): Markup {
  const lines = [
    ...errors.map(({ message, hint }) => (hint === null ? message : `${message} (${hint})`)),
    ...noticeLines(notices),
    ...forestNoticeLines(forest.notices),
  ];
  return lines.length === 0
    ? html``
    : section('Notes', null, html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`);
}
