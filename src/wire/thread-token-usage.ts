import type { TokenUsage, TokenUsageInfo } from '../codex/records/token-count.ts';

/** Tokens on the wire. Older versions send no `cacheWriteInputTokens`. */
export interface TokenUsageBreakdown {
  readonly totalTokens: bigint;
  readonly inputTokens: bigint;
  readonly cachedInputTokens: bigint;
  readonly cacheWriteInputTokens?: bigint;
  readonly outputTokens: bigint;
  readonly reasoningOutputTokens: bigint;
}

/** Usage on the wire. */
export interface ThreadTokenUsage {
  readonly total: TokenUsageBreakdown;
  readonly last: TokenUsageBreakdown;
  readonly modelContextWindow: bigint | null;
}

/** A TokenUsageInfo in wire form. */
export function toWire(info: TokenUsageInfo, sendsCacheWrite: boolean): ThreadTokenUsage {
  const breakdown = (usage: TokenUsage): TokenUsageBreakdown => ({
    totalTokens: usage.total_tokens,
    inputTokens: usage.input_tokens,
    cachedInputTokens: usage.cached_input_tokens,
    ...(sendsCacheWrite && { cacheWriteInputTokens: usage.cache_write_input_tokens }),
    outputTokens: usage.output_tokens,
    reasoningOutputTokens: usage.reasoning_output_tokens,
  });
  return {
    total: breakdown(info.total_token_usage),
    last: breakdown(info.last_token_usage),
    modelContextWindow: info.model_context_window,
  };
}
