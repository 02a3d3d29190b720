import type { ThreadAccount } from '../../accounting/forest/thread-account.ts';

/** A thread in its place in the tree. */
export interface Branch {
  readonly thread: ThreadAccount;
  /** 1 for those at the top. */
  readonly level: number;
  /** The lines that join it to its parent. */
  readonly lines: string;
  /** How many threads below it are not shown. */
  readonly hidden: number;
}

const LAST = '└─ ';

/** Each thread behind its parent, down to `depth`; those whose parent is not here stand at the top. */
export function branchesOf(threads: readonly ThreadAccount[], depth: number): Branch[] {
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
    branches.push({ thread, level, lines: before + joint, hidden: isLast ? countBelow(thread, children) : 0 });
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
