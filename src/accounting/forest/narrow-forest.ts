import type { Evidence } from './evidence.ts';
import { EvidenceSums } from './evidence-sums.ts';
import { type ForestAccount, sumsOf } from './forest-account.ts';
import type { ThreadAccount } from './thread-account.ts';

/** The part of a forest that `holds` keeps of its evidence, for example a month: threads keep what they inherited and restore. */
export function partOf(forest: ForestAccount, holds: (evidence: Evidence) => boolean): ForestAccount {
  const evidence = forest.evidence.filter(holds);
  const sums = new EvidenceSums(evidence);
  const threads = forest.threads.map((thread): ThreadAccount => {
    const key = thread.threadId ?? thread.path ?? '';
    return { ...thread, models: sums.modelsOf(key), usage: { ...thread.usage, ...sums.usageOf(key) } };
  });
  return { ...forest, ...sumsOf(threads), threads, evidence };
}

/** The threads that are related to one: its ancestors, what came of them, and so on. */
export function familyOf(forest: ForestAccount, threadId: string): ForestAccount {
  const family = new Set([threadId]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const thread of forest.threads) {
      const { threadId: id, parentId } = thread;
      if (id === null || parentId === null || family.has(id) === family.has(parentId)) continue;
      family.add(id).add(parentId);
    }
  }
  const isIn = ({ threadId: id }: { readonly threadId: string | null }) => id !== null && family.has(id);
  const threads = forest.threads.filter(isIn);
  return {
    ...sumsOf(threads),
    threads,
    evidence: forest.evidence.filter(isIn),
    notices: forest.notices.filter(isIn),
  };
}
