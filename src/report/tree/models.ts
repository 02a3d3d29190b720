import type { Evidence } from '../../accounting/forest/evidence.ts';
import type { ThreadAccount } from '../../accounting/forest/thread-account.ts';
import { usageRules } from '../../accounting/usage-rule.ts';

/** A thread as programs are told it. What undid and what was recovered is left out where there is none. */
export function threadJson({ usage, ...thread }: ThreadAccount, title: string | null): object {
  const { own, inherited, restored, rolledBack, recovered, plain } = usage;
  return {
    ...thread,
    title,
    ownUsage: own,
    inheritedUsage: inherited,
    restoredUsage: restored,
    ...(rolledBack.total_tokens !== 0n && { rolledBackUsage: rolledBack }),
    ...(recovered.total_tokens !== 0n && { recoveredUsage: recovered }),
    naiveSum: plain,
  };
}

/** A record as programs are told it; `rule` is in words, `ruleId` for logic. */
export function evidenceJson({ rule, isUndone, ...record }: Evidence): object {
  const { counts, words } = usageRules[rule];
  return { ...record, counted: counts, ruleId: rule, rule: words, undone: isUndone };
}
