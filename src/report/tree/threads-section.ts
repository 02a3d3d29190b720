import type { ForestAccount } from '../../accounting/forest/forest-account.ts';
import type { ThreadAccount } from '../../accounting/forest/thread-account.ts';
import { bar } from '../html/bar.ts';
import { html, type Markup } from '../html/markup.ts';
import { type Column, section, table } from '../html/section.ts';
import { grouped } from '../numbers.ts';
import { shortIds } from '../turns/ids.ts';
import type { TreeAnswer } from './answer.ts';
import { type Branch, branchesOf } from './branches.ts';
import { type Span, spansOf } from './spans.ts';
import { kindText, shareText } from './thread-table.ts';

interface Row extends Branch, Span {
  readonly id: string;
}

/** The threads as a tree, a row each, with what they spent and what they inherited as bars. */
export function threadsSection({ forest, titles, depth }: TreeAnswer): Markup {
  const rows = rowsOf(forest, depth);
  const total = forest.total.total_tokens;
  const most = rows.reduce((highest, row) => Math.max(highest, Number(row.own + inheritedBy(row))), 0);
  const columns: Column<Row>[] = [
    { title: 'thread', cell: nameOf },
    { title: 'spent in it and below', cell: (row) => nestedBar(row, Number(total)) },
    { title: 'own usage', isNumber: true, cell: ({ own }) => grouped(own) },
    { title: 'share', isNumber: true, cell: ({ own }) => shareText(own, total) },
    { title: 'below it', isNumber: true, cell: ({ below }) => grouped(below) },
    { title: 'inherited', isNumber: true, cell: (row) => grouped(inheritedBy(row)) },
    { title: 'inherited, then own', cell: (row) => inheritedBar(row, most) },
    { title: 'title', cell: ({ thread }) => titles.get(thread) ?? '' },
    { title: 'kind', cell: ({ thread, hidden }) => kindText(thread, hidden) },
    { title: 'folder', cell: ({ thread }) => folderOf(thread) },
    { title: 'model', cell: ({ thread }) => thread.models.join(', ') },
    { title: 'rolled back', isNumber: true, cell: ({ thread }) => amount(thread.usage.rolledBack.total_tokens) },
    { title: 'recovered', isNumber: true, cell: ({ thread }) => amount(thread.usage.recovered.total_tokens) },
    { title: 'lost', isNumber: true, cell: ({ thread }) => amount(BigInt(thread.lostRequests)) },
  ];
  const shown = columns.filter(({ cell }) => rows.some((row, place) => cell(row, place) !== ''));
  return section(
    'Threads',
    'Forks and sub-agents stand below the thread that they came from. In the first bar a thread lies within the bar of its parent: strong is what it spent itself, pale what the threads below it spent. In the second one pale is what it inherited: its parent spent that, so it counts once.',
    table('Threads and what they spent', shown, rows),
  );
}

function rowsOf({ threads }: ForestAccount, depth: number): Row[] {
  const whole = branchesOf(threads, Number.POSITIVE_INFINITY);
  const spans = new Map(spansOf(whole).map((span, place) => [whole[place]?.thread, span]));
  const branches = branchesOf(threads, depth);
  const ids = shortIds(
    branches.map(({ thread }) => thread.threadId ?? thread.path ?? ''),
    'full',
  );
  return branches.flatMap((branch, place) => {
    const span = spans.get(branch.thread);
    return span ? [{ ...branch, ...span, id: ids[place] ?? '' }] : [];
  });
}

function inheritedBy({ thread }: Row): bigint {
  return thread.usage.inherited.total_tokens;
}

function nameOf({ thread, lines, level, id }: Row): Markup {
  return html`<span class="one-line"><span class="branch" aria-hidden="true">${lines}</span><span class="unseen">level ${level}: </span><span title="${thread.threadId ?? thread.path ?? ''}">${id}</span></span>`;
}

function nestedBar({ start, own, below }: Row, whole: number): Markup {
  return bar(
    [
      { amount: Number(start), kind: 'bar-gap' },
      { amount: Number(own), kind: 'bar-own' },
      { amount: Number(below), kind: 'bar-other' },
    ],
    whole,
  );
}

function inheritedBar(row: Row, whole: number): Markup {
  return bar(
    [
      { amount: Number(inheritedBy(row)), kind: 'bar-other' },
      { amount: Number(row.own), kind: 'bar-own' },
    ],
    whole,
  );
}

/** The last part of the folder, as in a terminal; all of it when it is pointed at. */
function folderOf({ cwd }: ThreadAccount): Markup | string {
  return cwd === null ? '' : html`<span title="${cwd}">${cwd.split(/[/\\]/).at(-1) ?? ''}</span>`;
}

function amount(tokens: bigint): string {
  return tokens === 0n ? '' : grouped(tokens);
}
