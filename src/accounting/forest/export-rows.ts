import type { TokenUsage } from '../../codex/records/token-count.ts';
import { usageRules } from '../usage-rule.ts';
import { spentAt } from './evidence.ts';
import { utcDay } from './groups.ts';
import { InheritedHistory } from './inherited-history.ts';
import { Lineage } from './lineage.ts';
import { responseIdentity } from './response-identity.ts';
import type { RolloutAccount } from './rollout-account.ts';

/** A response of the model as one rollout tells of it. Rows of many homes go together: `threadId` and `response` tell which are the same. */
export interface ExportRow extends TokenUsage {
  /** In UTC; `unknown` where no time can be read. */
  readonly day: string;
  /** The thread that spent it; null when its rollout does not say which thread it is. */
  readonly threadId: string | null;
  /** Which response of the thread. */
  readonly response: string;
  /** The rollout tells of it in what it copied from another thread: it counts only if the thread itself does not. */
  readonly copied: boolean;
  readonly rolloutId: string;
  readonly byteOffset: number;
  readonly turnId: string | null;
  readonly parentId: string | null;
  readonly timestamp: string;
  readonly model: string | null;
  readonly cwd: string | null;
}

/**
 * Every response that rollouts tell of, sorted by rollout and place. A rollout is looked at by itself, with those that it
 * goes on from.
 */
export function exportRows(accounts: readonly RolloutAccount[]): ExportRow[] {
  const lineage = new Lineage(accounts);
  const history = new InheritedHistory(accounts);
  const rows = accounts.flatMap((account) =>
    history
      .rowsOf(account)
      .filter(({ rule }) => usageRules[rule].counts)
      .map((row): ExportRow => {
        const threadId = lineage.ownerOf(row, account);
        return {
          day: utcDay(spentAt(row)) ?? 'unknown',
          threadId,
          response: responseIdentity(row),
          copied: row.isCopy,
          rolloutId: account.rolloutId,
          byteOffset: row.byteOffset,
          turnId: row.turnId,
          parentId: threadId === null ? null : lineage.parentOfThread(threadId),
          timestamp: spentAt(row),
          model: row.model,
          cwd: (threadId === null ? undefined : lineage.metaOf(threadId))?.cwd ?? null,
          ...row.usage,
        };
      }),
  );
  return rows.sort((a, b) => compare(a.rolloutId, b.rolloutId) || a.byteOffset - b.byteOffset);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
