import type { TokenUsage, TokenUsageInfo } from '../codex/records/token-count.ts';
import { isEstimate } from '../usage/estimate.ts';
import { atLeastNone, hasNegative, minus, noTokens } from './token-sums.ts';

/**
 * Follows the running total of a thread and says what each record adds to it.
 *
 * A record adds the difference to the total before it, so a repeated one adds nothing, and neither does an estimate,
 * which leaves the total as it is. A total that is the context window and has no parts was set, not counted: Codex
 * does that when the window was exceeded. It adds nothing, and counting goes on from it. A total with a count below
 * the one before has been reset: then `last_token_usage` is what the record adds, unless that is an estimate.
 */
export class TokenCounter {
  #total: TokenUsage = noTokens;
  #resets = 0;

  /** How often the total was set or reset: then it is not the sum of what was added. */
  get resets(): number {
    return this.#resets;
  }

  /** Tokens that the record adds, none of the counts below 0; null when it adds nothing. */
  add(info: TokenUsageInfo): TokenUsage | null {
    const total = info.total_token_usage;
    const added = minus(total, this.#total);
    if (isSame(added)) return null;
    this.#total = total;
    if (!hasNegative(added) && !wasSet(info)) return added;
    this.#resets++;
    return wasSet(info) || isEstimate(info) ? null : atLeastNone(info.last_token_usage);
  }
}

function isSame(difference: TokenUsage): boolean {
  return Object.values(difference).every((count) => count === 0n);
}

/** Whether a total is the context window and has no parts. */
function wasSet({ total_token_usage: total, model_context_window: window }: TokenUsageInfo): boolean {
  const { total_tokens: tokens, ...parts } = total;
  return tokens === window && Object.values(parts).every((count) => count === 0n);
}
