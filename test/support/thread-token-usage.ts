import type { TokenUsage, TokenUsageInfo } from '../../src/index.ts';

const names: readonly (readonly [keyof TokenUsage, string])[] = [
  ['input_tokens', 'inputTokens'],
  ['cached_input_tokens', 'cachedInputTokens'],
  ['cache_write_input_tokens', 'cacheWriteInputTokens'],
  ['output_tokens', 'outputTokens'],
  ['reasoning_output_tokens', 'reasoningOutputTokens'],
  ['total_tokens', 'totalTokens'],
];

/**
 * The usage in the raw text of a `thread/tokenUsage/updated`, in rollout form. Read from the text, since token counts
 * go up to i64 and JSON.parse rounds. Versions before 0.145 send no cacheWriteInputTokens: then it is 0.
 */
export function threadTokenUsage(notification: string): TokenUsageInfo {
  const window = /"modelContextWindow":(-?\d+|null)/.exec(notification)?.[1];
  if (window === undefined) throw new Error(`no usage in ${notification}`);
  return {
    total_token_usage: breakdown(notification, 'total'),
    last_token_usage: breakdown(notification, 'last'),
    model_context_window: window === 'null' ? null : BigInt(window),
  };
}

function breakdown(notification: string, key: 'total' | 'last'): TokenUsage {
  const text = new RegExp(`"${key}":\\{([^}]*)\\}`).exec(notification)?.[1] ?? '';
  const count = (name: string) => BigInt(new RegExp(`"${name}":(-?\\d+)`).exec(text)?.[1] ?? 0);
  return Object.fromEntries(names.map(([snake, camel]) => [snake, count(camel)])) as unknown as TokenUsage;
}
