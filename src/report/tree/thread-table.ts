import type { ThreadAccount } from '../../accounting/forest/thread-account.ts';
import { escapeControls } from '../escape-controls.ts';
import { type FittedColumn, fittedTable } from '../fitted-table.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { shortIds } from '../turns/ids.ts';
import type { TreeAnswer } from './answer.ts';
import { type Branch, branchesOf } from './branches.ts';

/** Threads as a tree, a row each. `width`: columns of the terminal, at which less is shown. */
export function threadTable({ forest, titles, depth }: TreeAnswer, style: Style, width: number): string {
  const branches = branchesOf(forest.threads, depth);
  const ids = shortIds(
    branches.map(({ thread }) => thread.threadId ?? thread.path ?? ''),
    width < 80 ? 'end' : 'full',
  );
  const text = (title: string, cell: (branch: Branch) => string, more: Partial<FittedColumn> = {}) =>
    ({ title, align: 'left', cells: branches.map(cell), ...more }) as const;
  const number = (title: string, cell: (thread: ThreadAccount) => string, more: Partial<FittedColumn> = {}) =>
    ({ title, align: 'right', cells: branches.map(({ thread }) => cell(thread)), ...more }) as const;
  const columns: FittedColumn[] = [
    { title: 'thread', align: 'left', cells: branches.map(({ lines }, i) => `${lines}${ids[i]}`) },
    text('kind', ({ thread, hidden }) => kindText(thread, hidden), { leftOut: 8 }),
    text('title', ({ thread }) => escapeControls(titles.get(thread) ?? ''), { leftOut: 3, keeps: 'start' }),
    text('folder', ({ thread }) => escapeControls(thread.cwd?.split(/[/\\]/).at(-1) ?? ''), { leftOut: 1 }),
    text('model', ({ thread }) => escapeControls(thread.models.join(', ')), { leftOut: 2 }),
    number('own usage', ({ usage }) => grouped(usage.own.total_tokens)),
    number('inherited', ({ usage }) => grouped(usage.inherited.total_tokens), { leftOut: 7 }),
    number('rolled back', ({ usage }) => amount(usage.rolledBack.total_tokens), { leftOut: 6 }),
    number('recovered', ({ usage }) => amount(usage.recovered.total_tokens), { leftOut: 5 }),
    number('lost', ({ lostRequests }) => amount(BigInt(lostRequests)), { leftOut: 4 }),
    number('share', ({ usage }) => shareText(usage.own.total_tokens, forest.total.total_tokens)),
  ];
  return fittedTable(columns, style, width);
}

/** How a thread came to be, and what else there is to say of it. */
export function kindText({ relation, subagent, path, reverts }: ThreadAccount, hidden: number): string {
  const kinds = { root: '', fork: 'fork', subagent: subagent === 'review' ? 'review' : 'sub-agent' };
  const notes = [
    kinds[relation],
    reverts > 0 ? `reverted ${reverts === 1 ? 'once' : `${reverts} times`}` : '',
    path === null ? 'gone' : '',
    hidden > 0 ? `${hidden} below not shown` : '',
  ];
  return notes.filter((note) => note !== '').join(', ');
}

function amount(tokens: bigint): string {
  return tokens === 0n ? '' : grouped(tokens);
}

/** `part` of `whole` in per cent; nothing of nothing. */
export function shareText(part: bigint, whole: bigint): string {
  return whole <= 0n ? '' : `${(part * 100n + whole / 2n) / whole}%`;
}
