import type { HistoryBase } from '../../codex/records/session-meta.ts';
import type { TokenUsage } from '../../codex/records/token-count.ts';
import { TokenCounter } from '../token-counter.ts';
import { minus, noTokens, plus } from '../token-sums.ts';
import { usageRules } from '../usage-rule.ts';
import type { RolloutAccount, UsageRow } from './rollout-account.ts';

/** A rollout that another one goes on from and that is not here. */
export interface MissingBase {
  readonly rolloutId: string;
  /** What its history had spent where the other one goes on; null when that one does not tell. */
  readonly spent: TokenUsage | null;
  /** What else the other one says it was, when its two ways to count disagree. */
  readonly otherwise: TokenUsage | null;
}

/** Rollouts that go on from a part of another one: what that part had spent, and what their own first record adds to it. */
export class InheritedHistory {
  readonly #byId = new Map<string, RolloutAccount>();

  constructor(accounts: readonly RolloutAccount[]) {
    for (const account of accounts) {
      const known = this.#byId.get(account.rolloutId);
      if (!known || account.rows.length > known.rows.length) this.#byId.set(account.rolloutId, account);
    }
  }

  /** The rollout that `base` names, if it is here. */
  baseOf(base: HistoryBase): RolloutAccount | undefined {
    return this.#byId.get(base.thread_id);
  }

  /** The records of a rollout, judged with the total that its history before had. */
  rowsOf(account: RolloutAccount): readonly UsageRow[] {
    const first = account.rows.findIndex(({ rule }) => rule === 'first-of-rollout');
    if (!account.base || first < 0) return account.rows;
    const row = account.rows[first] as UsageRow;
    return account.rows.with(first, this.#judged(row, account));
  }

  /** What the history had spent that a rollout goes on from, as its records say it. */
  spentBefore(account: RolloutAccount, depth = 0): TokenUsage {
    const { base } = account;
    if (!base || this.baseOf(base)) return this.spentUpTo(base, depth);
    return this.missing(account)?.spent ?? noTokens;
  }

  /** What had been spent where a rollout goes on from another; none where the other is not here. */
  spentUpTo(base: HistoryBase | null, depth = 0): TokenUsage {
    const account = base && this.baseOf(base);
    if (!base || !account || depth > this.#byId.size) return noTokens;
    return this.rowsOf(account)
      .filter(({ byteOffset, rule }) => BigInt(byteOffset) < base.end_byte_offset && usageRules[rule].counts)
      .reduce((sum, { usage }) => plus(sum, usage), this.spentBefore(account, depth + 1));
  }

  /** The running total where a rollout goes on from another; null when there is none. */
  totalBefore(account: RolloutAccount): TokenUsage | null {
    return account.base ? this.#totalAt(account) : null;
  }

  /** The rollout that `account` goes on from, when that is not here; null when it is. */
  missing(account: RolloutAccount): MissingBase | null {
    const { base, rows } = account;
    if (!base || this.baseOf(base)) return null;
    const firstCount = rows.find(({ kind }) => kind === 'token_count');
    const byCounts = firstCount && totalBefore(this.#judged(firstCount, account));
    const own = rows.find(
      ({ kind, recordedThreadId }) => kind === 'token_usage_record' && recordedThreadId === account.meta?.id,
    );
    const byRecords = own && minus(own.total, own.usage);
    const spent =
      byRecords && (!byCounts || byRecords.total_tokens > byCounts.total_tokens || isSet(byCounts))
        ? byRecords
        : byCounts;
    const other = spent === byRecords ? byCounts : byRecords;
    const isSame = !other || !spent || minus(other, spent).total_tokens === 0n;
    return { rolloutId: base.thread_id, spent: spent ?? null, otherwise: isSame ? null : (other ?? null) };
  }

  #judged(row: UsageRow, account: RolloutAccount): UsageRow {
    if (row.rule !== 'first-of-rollout' || row.responseId !== null) return row;
    const before = this.#totalAt(account);
    if (before === null) return account.isRecorded ? { ...row, rule: 'repeated' } : row;
    const info = { total_token_usage: row.total, last_token_usage: row.usage, model_context_window: null };
    const { rule, usage } = new TokenCounter(before).add(info);
    return { ...row, rule, usage: usage ?? row.usage };
  }

  /** The running total where a rollout goes on from another; null when the other is not here. */
  #totalAt({ base }: RolloutAccount, depth = 0): TokenUsage | null {
    const ancestor = base && this.baseOf(base);
    if (!base || !ancestor || depth > this.#byId.size) return base ? null : noTokens;
    const last = ancestor.rows.findLast(
      ({ kind, byteOffset }) => kind === 'token_count' && BigInt(byteOffset) < base.end_byte_offset,
    );
    return last?.total ?? this.#totalAt(ancestor, depth + 1);
  }
}

/** The running total before a record; undefined when the record does not tell. */
function totalBefore({ rule, total, usage }: UsageRow): TokenUsage | undefined {
  if (rule === 'window-filled') return undefined;
  return rule === 'first-of-rollout' ? minus(total, usage) : total;
}

/** Whether a total was once set to the context window, so that its parts do not add up to it any more. */
function isSet({ total_tokens, input_tokens, output_tokens }: TokenUsage): boolean {
  return total_tokens > input_tokens + output_tokens;
}
