import type { TokenUsageInfo } from '../codex/records/token-count.ts';

/** What Codex takes for granted in every context: prompts and tools, in tokens. */
const BASELINE = 12_000n;

/**
 * How much of the context window is left, in whole per cent, as Codex's status line computes it (docs/codex.md 4.4):
 * the last response counts, without the baseline that is always used. Null when the window is not known.
 */
export function contextLeftPercent(info: TokenUsageInfo): number | null {
  const window = info.model_context_window;
  if (window === null) return null;
  if (window <= BASELINE) return 0;
  const usable = window - BASELINE;
  const used = atLeastZero(info.last_token_usage.total_tokens - BASELINE);
  const share = (Number(atLeastZero(usable - used)) / Number(usable)) * 100;
  return Math.round(Math.min(Math.max(share, 0), 100));
}

function atLeastZero(tokens: bigint): bigint {
  return tokens < 0n ? 0n : tokens;
}
