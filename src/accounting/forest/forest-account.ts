import type { TokenUsage } from '../../codex/records/token-count.ts';
import { noTokens, plus } from '../token-sums.ts';
import type { Evidence } from './evidence.ts';
import type { ForestNotice } from './forest-notice.ts';
import type { ThreadAccount } from './thread-account.ts';

/** What the threads of some rollouts spent together, each token once. */
export interface ForestAccount {
  /** Those that began first come first. */
  readonly threads: readonly ThreadAccount[];
  readonly total: TokenUsage;
  /** The sum of the rollouts' last totals, as a reader adds them up that knows nothing of forks and copies. */
  readonly plainSum: TokenUsage;
  /** Every record that was counted or refused. */
  readonly evidence: readonly Evidence[];
  readonly notices: readonly ForestNotice[];
}

/** What threads spent together, each token once, and what a plain sum of their rollouts says. */
export function sumsOf(threads: readonly ThreadAccount[]): Pick<ForestAccount, 'total' | 'plainSum'> {
  return {
    total: threads.reduce((sum, { usage }) => plus(sum, usage.own), noTokens),
    plainSum: threads.reduce((sum, { usage }) => plus(sum, usage.plain), noTokens),
  };
}
