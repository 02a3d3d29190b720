import { noTokens } from '../token-sums.ts';
import { usageRules } from '../usage-rule.ts';
import type { Evidence } from './evidence.ts';
import type { EvidenceSums } from './evidence-sums.ts';
import type { ForestNotice } from './forest-notice.ts';
import type { Lineage } from './lineage.ts';
import type { LostRequests } from './lost-requests.ts';
import { relationOf, type ThreadAccount } from './thread-account.ts';

/** Threads of which no rollout is here, but that others still tell of: what they spent up to their last fork. */
export function recoveredThreads(
  present: ReadonlySet<string>,
  evidence: readonly Evidence[],
  sums: EvidenceSums,
  lineage: Lineage,
  lost: LostRequests,
): { readonly threads: readonly ThreadAccount[]; readonly notices: readonly ForestNotice[] } {
  const gone = [...sums.threadIds].filter((id) => !present.has(id));
  return {
    threads: gone.map((id) => threadOf(id, sums, lineage, lost)),
    notices: gone.flatMap((id) => noticeOf(id, evidence)),
  };
}

function threadOf(threadId: string, sums: EvidenceSums, lineage: Lineage, lost: LostRequests): ThreadAccount {
  const meta = lineage.metaOf(threadId);
  const parentId = lineage.parentOfThread(threadId);
  return {
    threadId,
    parentId,
    ...relationOf(meta?.subagent ?? null, parentId),
    path: null,
    paths: [],
    reverts: 0,
    cwd: meta?.cwd ?? null,
    models: sums.modelsOf(threadId),
    startedAt: meta?.timestamp ?? null,
    updatedAt: null,
    usage: { ...sums.usageOf(threadId), inherited: noTokens, restored: null, plain: noTokens },
    lostRequests: lost.countOf(threadId),
  };
}

function noticeOf(threadId: string, evidence: readonly Evidence[]): ForestNotice[] {
  const from = evidence.find((each) => each.threadId === threadId && usageRules[each.rule].counts);
  if (!from) return [];
  const message = 'its rollouts are gone: what it spent up to its last fork was recovered from other threads';
  const { path, byteOffset } = from;
  return [{ id: 'recovered-thread', message, threadId, path, byteOffset, requests: 0 }];
}
