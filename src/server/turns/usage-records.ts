import { type TokenUsage, type TokenUsageInfo, tokenUsageKeys } from '../../codex/records/token-count.ts';
import type { JsonObject } from '../../json/json-value.ts';
import type { NewRecord } from '../store/rollout-writer.ts';

/** What the scripted model charges for a response, in tokens, where nothing else is said. */
const CHARGE: TokenUsage = {
  input_tokens: 1_000n,
  cached_input_tokens: 400n,
  cache_write_input_tokens: 0n,
  output_tokens: 50n,
  reasoning_output_tokens: 20n,
  total_tokens: 1_050n,
};
export const WINDOW = 258_400n;

/** The usage of a thread after one more response of the model. Counts wrap around at 64 bits, as Codex's do. */
export function chargedUsage(before: TokenUsageInfo | null, charge = CHARGE, window = WINDOW): TokenUsageInfo {
  const total = { ...charge };
  for (const key of tokenUsageKeys)
    total[key] = BigInt.asIntN(64, (before?.total_token_usage[key] ?? 0n) + charge[key]);
  return {
    total_token_usage: total,
    last_token_usage: charge,
    model_context_window: before?.model_context_window ?? window,
  };
}

/** The usage after a compaction: the totals stay, and of what the model is shown now there is an estimate. */
export function estimatedUsage(before: TokenUsageInfo | null, estimate: bigint): TokenUsageInfo {
  const nothing = Object.fromEntries(tokenUsageKeys.map((key) => [key, 0n])) as unknown as TokenUsage;
  return {
    total_token_usage: before?.total_token_usage ?? nothing,
    last_token_usage: { ...nothing, total_tokens: estimate },
    model_context_window: before?.model_context_window ?? WINDOW,
  };
}

/** The line that usage is restored from. `writesCacheWrite`: it has `cache_write_input_tokens` (docs/codex.md 3.2). */
export function tokenCountRecord(info: TokenUsageInfo, writesCacheWrite: boolean): NewRecord {
  const counts = ({ cache_write_input_tokens, ...usage }: TokenUsage): JsonObject => {
    const { input_tokens, cached_input_tokens, ...others } = usage;
    const cacheWrite = writesCacheWrite ? { cache_write_input_tokens } : {};
    return { input_tokens, cached_input_tokens, ...cacheWrite, ...others };
  };
  const payload: JsonObject = {
    type: 'token_count',
    info: {
      total_token_usage: counts(info.total_token_usage),
      last_token_usage: counts(info.last_token_usage),
      model_context_window: info.model_context_window,
    },
    rate_limits: null,
  };
  return { type: 'event_msg', payload };
}
