import type { Evidence } from '../../accounting/forest/evidence.ts';
import type { ForestAccount } from '../../accounting/forest/forest-account.ts';
import { groupsOf, localDay, type UsageGroup, utcDay } from '../../accounting/forest/groups.ts';
import { noTokens } from '../../accounting/token-sums.ts';
import type { TokenUsage } from '../../codex/records/token-count.ts';
import type { Grouping } from './answer.ts';

/** A group; `utcUsage`: what was spent on the day of that name in UTC, where both are shown. */
export interface GroupRow extends UsageGroup {
  readonly utcUsage?: TokenUsage;
}

/** The groups that were asked for. They add up to the total of the forest, and so do the days of UTC beside local ones. */
export function groupRows(forest: ForestAccount, { by, days }: Grouping): GroupRow[] {
  const { evidence } = forest;
  if (by !== 'day') return groupsOf(evidence, keyBy(by, forest));
  const day = (dayOf: typeof utcDay) => groupsOf(evidence, ({ timestamp }) => dayOf(timestamp));
  if (days !== 'both') return day(days === 'utc' ? utcDay : localDay);
  const [local, utc] = [day(localDay), day(utcDay)].map(
    (groups) => new Map(groups.map(({ key, usage }) => [key, usage])),
  );
  const keys = [...new Set([...(local?.keys() ?? []), ...(utc?.keys() ?? [])])].sort();
  return keys.map((key) => ({ key, usage: local?.get(key) ?? noTokens, utcUsage: utc?.get(key) ?? noTokens }));
}

function keyBy(by: 'model' | 'cwd' | 'thread', { threads }: ForestAccount): (evidence: Evidence) => string | null {
  if (by === 'model') return ({ model }) => model;
  if (by === 'thread') return ({ threadId }) => threadId;
  const folders = new Map(threads.map(({ threadId, path, cwd }) => [threadId ?? path, cwd]));
  return ({ threadId, path }) => folders.get(threadId ?? path) ?? null;
}
