import type { TokenUsage } from '../../codex/records/token-count.ts';
import { atLeastNone, minus } from '../token-sums.ts';
import type { Evidence } from './evidence.ts';
import type { ForestNotice } from './forest-notice.ts';
import type { InheritedHistory, MissingBase } from './inherited-history.ts';
import type { Lineage } from './lineage.ts';
import type { RolloutAccount } from './rollout-account.ts';

/** What was recovered of rollouts that are gone from those that go on from them. */
export interface RecoveredBases {
  readonly evidence: readonly Evidence[];
  readonly notices: readonly ForestNotice[];
}

interface Recovery {
  readonly account: RolloutAccount;
  readonly missing: MissingBase;
  readonly owner: string;
}

/**
 * Rollouts that are gone, but that others go on from: their counters began with what had been spent until then. Of several
 * the one that goes on latest tells most. Of a thread that is gone nobody knows what it spent after its last fork.
 */
export function recoverBases(
  accounts: readonly RolloutAccount[],
  lineage: Lineage,
  history: InheritedHistory,
): RecoveredBases {
  const best = new Map<string, Recovery>();
  const notices: ForestNotice[] = [];
  const present = new Set(accounts.map(({ meta }) => meta?.id));
  for (const account of accounts) {
    const missing = history.missing(account);
    if (!missing) {
      const parentId = lineage.parentOf(account);
      const isAlone = parentId !== null && !present.has(parentId) && !account.rows.some(({ isCopy }) => isCopy);
      if (isAlone && !account.base) notices.push(missingParent(account, parentId));
      continue;
    }
    const owner = ownerOfBase(account);
    if (missing.spent === null) {
      notices.push(missingParent(account, owner));
      continue;
    }
    const known = best.get(owner);
    if (!known || tokensOf(known) < missing.spent.total_tokens) best.set(owner, { account, missing, owner });
  }
  const recoveries = [...best.values()];
  return {
    evidence: recoveries.map((recovery) => evidenceOf(recovery, lineage, history)),
    notices: [...notices, ...recoveries.flatMap((recovery) => unclear(recovery, lineage))],
  };
}

function tokensOf({ missing }: Recovery): bigint {
  return missing.spent?.total_tokens ?? 0n;
}

/** Whose the rollout was that `account` goes on from: of its own thread after a revert, else of the thread it was forked from. */
function ownerOfBase({ meta, base, rolloutId }: RolloutAccount): string {
  const id = meta?.id ?? '';
  const isOwn = base?.thread_id === id || (rolloutId !== id && meta?.forked_from_id == null);
  return isOwn ? id : (meta?.forked_from_id ?? base?.thread_id ?? id);
}

function evidenceOf({ account, missing, owner }: Recovery, lineage: Lineage, history: InheritedHistory): Evidence {
  const first = account.rows[0];
  return {
    threadId: owner,
    turnId: null,
    path: account.path,
    byteOffset: first?.byteOffset ?? 0,
    timestamp: null,
    model: null,
    usage: atLeastNone(minus(missing.spent as TokenUsage, inheritedByGone(owner, lineage, history))),
    rule: 'recovered-total',
    isUndone: false,
    responseId: null,
  };
}

/** What a thread that is gone had inherited itself, where a copy of its session_meta says what it went on from. */
function inheritedByGone(owner: string, lineage: Lineage, history: InheritedHistory): TokenUsage {
  return history.spentUpTo(lineage.metaOf(owner)?.history_base ?? null);
}

function missingParent(account: RolloutAccount, parentId: string): ForestNotice {
  const message = `its parent ${parentId} is gone, and what that spent cannot be told from this thread`;
  return {
    id: 'missing-parent',
    message,
    threadId: account.meta?.id ?? null,
    path: account.path,
    byteOffset: null,
    requests: 0,
  };
}

function unclear({ account, missing, owner }: Recovery, lineage: Lineage): ForestNotice[] {
  const { spent, otherwise } = missing;
  const place = { threadId: owner, path: account.path, byteOffset: account.rows[0]?.byteOffset ?? null, requests: 0 };
  const notices: ForestNotice[] = [];
  if (!lineage.metaOf(owner)) {
    const message = 'what was recovered of it is right if it was no fork: nothing that is left says so';
    notices.push({ id: 'unclear-recovery', message, ...place });
  }
  if (spent && otherwise) {
    const message = `what was recovered of it is ${spent.total_tokens} tokens by one count and ${otherwise.total_tokens} by another: the first counts`;
    notices.push({ id: 'witnesses-disagree', message, ...place });
  }
  return notices;
}
