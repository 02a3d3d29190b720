import type { ForestAccount } from '../../accounting/forest/forest-account.ts';
import type { ThreadAccount } from '../../accounting/forest/thread-account.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { type Column, tableText } from '../table.ts';
import { shortIds } from '../turns/ids.ts';
import { branchesOf } from './branches.ts';

/** Threads as a tree, a row each, down to `depth`. `width`: columns of the terminal, at which less is shown. */
export function threadTable(forest: ForestAccount, depth: number, style: Style, width: number): string {
  const branches = branchesOf(forest.threads, depth);
  const ids = shortIds(
    branches.map(({ thread }) => thread.threadId ?? thread.path ?? ''),
    width < 80 ? 'end' : 'full',
  );
  const rows = branches.map(({ thread, lines, hidden }, i) => {
    const { usage, models } = thread;
    return {
      thread: `${lines}${ids[i]}`,
      kind: kindText(thread, hidden),
      folder: escapeControls(thread.cwd?.split(/[/\\]/).at(-1) ?? ''),
      model: escapeControls(models.join(', ')),
      'own usage': grouped(usage.own.total_tokens),
      inherited: grouped(usage.inherited.total_tokens),
      'rolled back': amount(usage.rolledBack.total_tokens),
      recovered: amount(usage.recovered.total_tokens),
      lost: thread.lostRequests > 0 ? `${thread.lostRequests}` : '',
      share: shareText(usage.own.total_tokens, forest.total.total_tokens),
    };
  });
  const shown = columnsOf(width).filter(({ title }) => rows.some((row) => row[title] !== ''));
  const [heading = '', ...lines] = tableText(
    shown,
    rows.map((row) => shown.map(({ title }) => row[title])),
  ).split('\n');
  return [style.muted(heading), ...lines].join('\n');
}

type Title =
  | 'thread'
  | 'kind'
  | 'folder'
  | 'model'
  | 'own usage'
  | 'inherited'
  | 'rolled back'
  | 'recovered'
  | 'lost'
  | 'share';

function columnsOf(width: number): (Column & { readonly title: Title })[] {
  const left: readonly Title[] =
    width < 60 ? ['thread'] : width < 100 ? ['thread', 'kind'] : ['thread', 'kind', 'folder', 'model'];
  const right: readonly Title[] =
    width < 60 ? ['own usage', 'share'] : ['own usage', 'inherited', 'rolled back', 'recovered', 'lost', 'share'];
  return [
    ...left.map((title) => ({ title, align: 'left' as const })),
    ...right.map((title) => ({ title, align: 'right' as const })),
  ];
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
