import type { TokenUsage } from '../../codex/records/token-count.ts';
import { noTokens, plus } from '../token-sums.ts';
import { usageRules } from '../usage-rule.ts';
import { EvidenceSums } from './evidence-sums.ts';
import { type ForestAccount, sumsOf } from './forest-account.ts';
import { Generations } from './generations.ts';
import { InheritedHistory } from './inherited-history.ts';
import { judgeRows } from './judge-rows.ts';
import { Lineage } from './lineage.ts';
import { lostRequests } from './lost-requests.ts';
import { recoverBases } from './recover-bases.ts';
import { recoveredThreads } from './recovered-threads.ts';
import type { RolloutAccount } from './rollout-account.ts';
import { relationOf, type ThreadAccount } from './thread-account.ts';
import { witnessNotices } from './witness-notices.ts';

/** Puts together what rollouts say, each by itself. Their order does not matter. */
export function accountForest(rollouts: readonly RolloutAccount[]): ForestAccount {
  const accounts = [...rollouts].sort((a, b) => compare(a.order, b.order) || compare(a.path, b.path));
  const lineage = new Lineage(accounts);
  const history = new InheritedHistory(accounts);
  const generations = generationsByThread(accounts);
  const judged = judgeRows(accounts, lineage, history, (row, account) => {
    return !row.isCopy && (generations.get(keyOf(account))?.isUndone(row, account) ?? false);
  });
  const bases = recoverBases(accounts, lineage, history);
  const evidence = [...judged, ...bases.evidence];
  const sums = new EvidenceSums(evidence);
  const lost = lostRequests(accounts, lineage, history);

  const present = [...generations.values()].map(({ accounts: all, head, first }): ThreadAccount => {
    const id = head.meta?.id ?? null;
    const key = id ?? head.path;
    const parentId = lineage.parentOf(first);
    return {
      threadId: id,
      parentId,
      ...relationOf(head.meta?.subagent ?? null, parentId),
      path: head.path,
      paths: all.map(({ path }) => path),
      reverts: new Set(all.map(({ rolloutId }) => rolloutId)).size - 1,
      cwd: head.meta?.cwd ?? null,
      startedAt: first.meta?.timestamp ?? null,
      updatedAt: latest(all),
      models: sums.modelsOf(key),
      usage: {
        ...sums.usageOf(key),
        inherited: inheritedBy(first, history),
        restored: restoredBy(head, history),
        plain: all.reduce((sum, account) => plus(sum, restoredBy(account, history) ?? noTokens), noTokens),
      },
      lostRequests: lost.countOf(id),
    };
  });
  const gone = recoveredThreads(new Set(generations.keys()), evidence, sums, lineage, lost);
  const threads = [...present, ...gone.threads].sort((a, b) => compare(a.startedAt ?? '', b.startedAt ?? ''));
  return {
    threads,
    ...sumsOf(threads),
    evidence,
    notices: [...lost.notices, ...witnessNotices(evidence), ...gone.notices, ...bases.notices],
  };
}

/** By thread, or by path where no thread is named. */
function generationsByThread(accounts: readonly RolloutAccount[]): ReadonlyMap<string, Generations> {
  const groups = new Map<string, RolloutAccount[]>();
  for (const account of accounts) {
    const group = groups.get(keyOf(account));
    if (group) group.push(account);
    else groups.set(keyOf(account), [account]);
  }
  return new Map([...groups].map(([key, group]) => [key, new Generations(group)]));
}

function keyOf({ meta, path }: RolloutAccount): string {
  return meta?.id ?? path;
}

/** What a thread's history had spent before the thread began. */
function inheritedBy(first: RolloutAccount, history: InheritedHistory): TokenUsage {
  const copied = first.rows.filter(({ isCopy, rule }) => isCopy && usageRules[rule].counts);
  return copied.reduce((sum, { usage }) => plus(sum, usage), history.spentBefore(first));
}

/** The last total that a rollout has, be it in the part of another that it goes on from. */
function restoredBy(account: RolloutAccount, history: InheritedHistory): TokenUsage | null {
  return account.lastTotal ?? history.totalBefore(account);
}

function latest(accounts: readonly RolloutAccount[]): string | null {
  const times = accounts.flatMap(({ lastTimestamp }) => lastTimestamp ?? []);
  return times.sort().at(-1) ?? null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
