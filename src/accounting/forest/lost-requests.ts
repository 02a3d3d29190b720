import type { ForestNotice, ForestNoticeId } from './forest-notice.ts';
import type { InheritedHistory } from './inherited-history.ts';
import type { Lineage } from './lineage.ts';
import type { LostRequest, RolloutAccount, UsageRow } from './rollout-account.ts';

/** Requests of whose cost no record tells, by thread. */
export interface LostRequests {
  readonly countOf: (threadId: string | null) => number;
  readonly notices: readonly ForestNotice[];
}

const noticeKinds: Record<LostRequest['kind'], { readonly id: ForestNoticeId; readonly why: string }> = {
  interrupted: { id: 'interrupted-request', why: 'was interrupted before Codex learned what it cost' },
  failed: { id: 'failed-request', why: 'broke off before Codex learned what it cost' },
  compaction: { id: 'unrecorded-compaction', why: 'was a compaction on the server, which this version counts nowhere' },
};

/**
 * What was lost, each request once: a thread's own rollouts are believed, and copies of a thread of which no rollout is here.
 */
export function lostRequests(
  accounts: readonly RolloutAccount[],
  lineage: Lineage,
  history: InheritedHistory,
): LostRequests {
  const here = new Set(accounts.map(({ meta }) => meta?.id));
  const counts = new Map<string | null, number>();
  const known = new Set<string>();
  const notices: ForestNotice[] = [];
  for (const account of accounts) {
    for (const lost of account.lost) {
      const owner = lineage.ownerOf({ ...lost, recordedThreadId: null }, account);
      if (lost.isCopy && owner !== null && here.has(owner)) continue;
      if (lost.ifRepeatedAt !== null && !repeats(lost.ifRepeatedAt, history.rowsOf(account))) continue;
      const identity = `${owner ?? account.path} ${lost.kind} ${lost.turnId ?? lost.timestamp}`;
      if (known.has(identity)) continue;
      known.add(identity);
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
      const { id, why } = noticeKinds[lost.kind];
      const turn = lost.turnId === null ? '' : ` of turn ${lost.turnId}`;
      const message = `1 request${turn} ${why}: it is in no sum`;
      notices.push({ id, message, threadId: owner, path: account.path, byteOffset: lost.byteOffset, requests: 1 });
    }
  }
  return { countOf: (threadId) => counts.get(threadId) ?? 0, notices };
}

function repeats(byteOffset: number, rows: readonly UsageRow[]): boolean {
  return rows.some((row) => row.byteOffset === byteOffset && row.rule === 'repeated');
}
