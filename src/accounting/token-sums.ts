import { type TokenUsage, tokenUsageKeys } from '../codex/records/token-count.ts';

export const noTokens: TokenUsage = {
  input_tokens: 0n,
  cached_input_tokens: 0n,
  cache_write_input_tokens: 0n,
  output_tokens: 0n,
  reasoning_output_tokens: 0n,
  total_tokens: 0n,
};

/** `a + b`, field by field. */
export function plus(a: TokenUsage, b: TokenUsage): TokenUsage {
  return usageOf((key) => a[key] + b[key]);
}

/** `a - b`, field by field. */
export function minus(a: TokenUsage, b: TokenUsage): TokenUsage {
  return usageOf((key) => a[key] - b[key]);
}

/** `usage` with 0 for what is below it. */
export function atLeastNone(usage: TokenUsage): TokenUsage {
  return usageOf((key) => (usage[key] < 0n ? 0n : usage[key]));
}

/** Whether both have the same counts. */
export function isSame(a: TokenUsage, b: TokenUsage): boolean {
  return tokenUsageKeys.every((key) => a[key] === b[key]);
}

/** Whether a count is below 0. */
export function hasNegative(usage: TokenUsage): boolean {
  return tokenUsageKeys.some((key) => usage[key] < 0n);
}

/** What `count` says of each field. */
export function usageOf(count: (key: keyof TokenUsage) => bigint): TokenUsage {
  return {
    input_tokens: count('input_tokens'),
    cached_input_tokens: count('cached_input_tokens'),
    cache_write_input_tokens: count('cache_write_input_tokens'),
    output_tokens: count('output_tokens'),
    reasoning_output_tokens: count('reasoning_output_tokens'),
    total_tokens: count('total_tokens'),
  };
}
