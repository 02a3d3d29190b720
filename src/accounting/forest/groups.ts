import type { TokenUsage } from '../../codex/records/token-count.ts';
import { noTokens, plus } from '../token-sums.ts';
import { usageRules } from '../usage-rule.ts';
import type { Evidence } from './evidence.ts';

/** What was spent under one key, for example on one day. */
export interface UsageGroup {
  readonly key: string;
  readonly usage: TokenUsage;
}

/** The key of what nothing is known of. */
const UNKNOWN = 'unknown';

/** What counts, by a property of each record. The groups add up to the total; sorted by their keys. */
export function groupsOf(evidence: readonly Evidence[], keyOf: (evidence: Evidence) => string | null): UsageGroup[] {
  const groups = new Map<string, TokenUsage>();
  for (const each of evidence) {
    if (!usageRules[each.rule].counts) continue;
    const key = keyOf(each) ?? UNKNOWN;
    groups.set(key, plus(groups.get(key) ?? noTokens, each.usage));
  }
  return [...groups].map(([key, usage]) => ({ key, usage })).sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The day of a time in UTC, `YYYY-MM-DD`; null when it is no time. */
export function utcDay(timestamp: string | null): string | null {
  const date = new Date(timestamp ?? '');
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 10);
}

/** The day of a time in the local time zone, `YYYY-MM-DD`; null when it is no time. */
export function localDay(timestamp: string | null): string | null {
  const date = new Date(timestamp ?? '');
  if (Number.isNaN(date.getTime())) return null;
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
