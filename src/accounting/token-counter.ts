import { type TokenUsage, type TokenUsageInfo, tokenUsageKeys } from '../codex/records/token-count.ts';
import { isEstimate } from '../usage/estimate.ts';
import { atLeastNone, hasNegative, isSame, minus, noTokens } from './token-sums.ts';
import type { UsageRule } from './usage-rule.ts';

/** What a `token_count` adds to what a thread has spent. */
export interface Added {
  readonly rule: Extract<
    UsageRule,
    'grew' | 'began-anew' | 'fell' | 'first-of-rollout' | 'repeated' | 'estimate' | 'window-filled'
  >;
  /** None of the counts is below 0; null when it adds nothing. */
  readonly usage: TokenUsage | null;
}

/**
 * Follows the running total of a thread and says what each record adds to it.
 *
 * A record adds the difference to the total before it, so a repeated one adds nothing, and neither does an estimate,
 * which leaves the total as it is. A total that is the context window and has no parts was set, not counted: Codex
 * does that when the window was exceeded. It adds nothing, and counting goes on from it. Up to Codex 0.77 the counter
 * begins anew with every resume: then total and last are the same in every field, which cannot be in a counter that goes
 * on, and the record adds all of it. A total with a count below the one before was reset as well: then
 * `last_token_usage` is what the record adds, unless that is an estimate.
 */
export class TokenCounter {
  /** Null: nobody knows yet what the total began with. */
  #total: TokenUsage | null;
  #last: TokenUsage | null = null;
  #resets = 0;

  /** `start`: the total at the beginning; null when the history before is not read. */
  constructor(start: TokenUsage | null = noTokens) {
    this.#total = start;
  }

  /** How often the total was set or began anew: then it is not the sum of what was added. */
  get resets(): number {
    return this.#resets;
  }

  add(info: TokenUsageInfo): Added {
    const { total_token_usage: total, last_token_usage: last } = info;
    const before = this.#total;
    const isSaidAgain = this.#last !== null && isSame(this.#last, last);
    this.#last = last;
    if (before === null) {
      this.#total = total;
      const rule = wasSet(info) ? 'window-filled' : isEstimate(info) ? 'estimate' : 'first-of-rollout';
      return { rule, usage: rule === 'first-of-rollout' ? atLeastNone(last) : null };
    }
    if (isSame(total, before)) return { rule: isSaidAgain ? 'repeated' : ruleWithoutGrowth(info), usage: null };
    this.#total = total;
    const added = minus(total, before);
    const isRestart = before.total_tokens > 0n && isSame(total, last);
    if (!isRestart && !hasNegative(added) && !wasSet(info)) return { rule: 'grew', usage: added };
    this.#resets++;
    if (wasSet(info)) return { rule: 'window-filled', usage: null };
    if (isEstimate(info)) return { rule: 'estimate', usage: null };
    return { rule: isRestart ? 'began-anew' : 'fell', usage: atLeastNone(last) };
  }
}

/** A total that stays: the window was exceeded once more, or what fills the context was estimated anew. */
function ruleWithoutGrowth(info: TokenUsageInfo): Added['rule'] {
  if (wasSet(info) && isNone(info.last_token_usage)) return 'window-filled';
  return isEstimate(info) ? 'estimate' : 'repeated';
}

function isNone(usage: TokenUsage): boolean {
  return tokenUsageKeys.every((key) => usage[key] === 0n);
}

/** Whether a total is the context window and has no parts. */
function wasSet({ total_token_usage: total, model_context_window: window }: TokenUsageInfo): boolean {
  const { total_tokens: tokens, ...parts } = total;
  return tokens === window && Object.values(parts).every((count) => count === 0n);
}
