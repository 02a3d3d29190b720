import type { TokenUsageInfo } from '../codex/records/token-count.ts';

/**
 * Whether `last_token_usage` is an estimate that Codex made from the length of the history: it has a total without
 * any parts. Codex writes such a record after a compaction and a rollback, and when the context window was exceeded
 * (docs/codex.md 3.4).
 */
export function isEstimate({ last_token_usage: last }: TokenUsageInfo): boolean {
  const { total_tokens: total, ...parts } = last;
  return total !== 0n && Object.values(parts).every((count) => count === 0n);
}
