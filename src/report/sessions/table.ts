import { escapeControls } from '../escape-controls.ts';
import { type FittedColumn, fittedTable, fittingColumns } from '../fitted-table.ts';
import { folded } from '../folded.ts';
import { counted, grouped } from '../numbers.ts';
import { bytesText } from '../size/amounts.ts';
import type { Style } from '../style.ts';
import { ageText } from './age.ts';
import { type ListedSession, type SessionsSummary, titleOf } from './model.ts';

/** The title of the column of marks. */
const MARKS = '';

const marks: readonly {
  readonly mark: string;
  readonly meaning: string;
  readonly holds: (session: ListedSession) => boolean;
}[] = [
  { mark: 'F', meaning: 'a fork', holds: ({ forkedFromId }) => forkedFromId !== null },
  { mark: 'R', meaning: 'reverted', holds: ({ isReverted }) => isReverted },
  { mark: 'A', meaning: 'archived', holds: ({ isArchived }) => isArchived },
  { mark: 'P', meaning: 'a turn is in progress', holds: ({ inProgress }) => inProgress },
];

/** Sessions, a row each, in at most `width` columns, and what there is to know about the list. */
export function sessionsText(
  sessions: readonly ListedSession[],
  summary: SessionsSummary,
  style: Style,
  width: number,
): string {
  const { found, rollouts, codexHome } = summary;
  if (sessions.length === 0) {
    const home = escapeControls(codexHome);
    return rollouts === 0
      ? `no sessions in ${home}\n`
      : `no sessions match: ${counted(rollouts, 'rollout')} in ${home} were looked at\n`;
  }
  const shown = sessions.length < found ? `${sessions.length} of ${grouped(found)}` : `${sessions.length}`;
  const columns = columnsOf(sessions, summary);
  const marksAreShown = fittingColumns(columns, width).some(({ title }) => title === MARKS);
  const used = marks.filter(({ holds }) => marksAreShown && sessions.some(holds));
  const more = sessions.length < found ? ` (--limit ${found} shows all)` : '';
  const foot = [
    `${shown} session${found === 1 ? '' : 's'}${more}`,
    ...used.map(({ mark, meaning }) => `${mark}: ${meaning}`),
  ].join(', ');
  return `${fittedTable(columns, style, width)}\n${style.muted(folded(foot, width))}\n`;
}

function columnsOf(sessions: readonly ListedSession[], { now, idLength }: SessionsSummary): FittedColumn[] {
  const text = (title: string, cell: (session: ListedSession) => string, more: Partial<FittedColumn> = {}) =>
    ({ title, align: 'left', cells: sessions.map(cell), ...more }) as const;
  const number = (title: string, cell: (session: ListedSession) => string, leftOut: number) =>
    ({ title, align: 'right', cells: sessions.map(cell), leftOut }) as const;
  return [
    text('updated (UTC)', ({ updatedAt }) => updatedAt.slice(0, 16).replace('T', ' '), { leftOut: 4 }),
    number('age', ({ updatedAt }) => ageText(updatedAt, now), 8),
    text('id', ({ threadId }) => threadId.slice(0, idLength)),
    text('from', ({ client, subAgent }) => escapeControls(client ?? subAgent ?? ''), { leftOut: 5 }),
    text('Codex', ({ cliVersion }) => escapeControls(cliVersion ?? ''), { leftOut: 3 }),
    number('size', ({ bytes }) => bytesText(bytes), 6),
    number('last', ({ tokenUsageInfo: info }) => (info ? grouped(info.last_token_usage.total_tokens) : ''), 7),
    number('total', ({ tokenUsageInfo: info }) => (info ? grouped(info.total_token_usage.total_tokens) : ''), 2),
    number('left', ({ contextLeftPercent: percent }) => (percent === null ? '' : `${percent}%`), 9),
    text('on resume', ({ onResume }) => onResume.outcome, { leftOut: 12 }),
    text('why', ({ onResume }) => ('why' in onResume ? onResume.why : ''), { leftOut: 11 }),
    text(MARKS, (session) => marks.map(({ mark, holds }) => (holds(session) ? mark : '')).join(''), { leftOut: 10 }),
    text('folder', ({ cwd }) => escapeControls(cwd ?? ''), { leftOut: 1 }),
    text('title', (session) => escapeControls(titleOf(session) ?? ''), { keeps: 'start' }),
  ];
}
