import type { ForestAccount } from '../../accounting/forest/forest-account.ts';
import type { ThreadAccount } from '../../accounting/forest/thread-account.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { type Column, tableText } from '../table.ts';
import { shortIds } from '../turns/ids.ts';

interface Branch {
  readonly thread: ThreadAccount;
  /** The lines that join it to its parent. */
  readonly lines: string;
  /** How many threads below it are not shown. */
  readonly hidden: number;
}

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

function kindText({ relation, subagent, path, reverts }: ThreadAccount, hidden: number): string {
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

function shareText(part: bigint, whole: bigint): string {
  return whole <= 0n ? '' : `${(part * 100n + whole / 2n) / whole}%`;
}

/** Each thread behind its parent; those whose parent is not here stand at the top. */
function branchesOf(threads: readonly ThreadAccount[], depth: number): Branch[] {
  const known = new Set(threads.map(({ threadId }) => threadId));
  const children = new Map<string | null, ThreadAccount[]>();
  for (const thread of threads) {
    const parent = thread.parentId !== null && known.has(thread.parentId) ? thread.parentId : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(thread);
    else children.set(parent, [thread]);
  }
  const branches: Branch[] = [];
  const shown = new Set<ThreadAccount>();
  const pending = (children.get(null) ?? []).map((thread) => ({ thread, before: '', joint: '', level: 1 })).reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { thread, before, joint, level } = next;
    if (shown.has(thread)) continue;
    shown.add(thread);
    const below = thread.threadId === null ? [] : (children.get(thread.threadId) ?? []);
    const isLast = level >= depth;
    branches.push({ thread, lines: before + joint, hidden: isLast ? countBelow(thread, children) : 0 });
    if (isLast) continue;
    const indent = before + (joint === '' ? '' : joint === LAST ? '   ' : '│  ');
    const entries = below.map((child, i) => ({
      thread: child,
      before: indent,
      joint: i === below.length - 1 ? LAST : '├─ ',
      level: level + 1,
    }));
    pending.push(...entries.reverse());
  }
  return branches;
}

const LAST = '└─ ';

function countBelow(thread: ThreadAccount, children: ReadonlyMap<string | null, readonly ThreadAccount[]>): number {
  const seen = new Set<ThreadAccount>();
  const pending = [thread];
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const child of next.threadId === null ? [] : (children.get(next.threadId) ?? [])) {
      if (!seen.has(child)) pending.push(child);
      seen.add(child);
    }
  }
  return seen.size;
}
