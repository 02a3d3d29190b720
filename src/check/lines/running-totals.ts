import { type TokenUsage, type TokenUsageInfo, tokenUsageKeys } from '../../codex/records/token-count.ts';
import { isEstimate } from '../../usage/estimate.ts';
import { type FindingList, type RawFinding, rawFinding } from '../raw-finding.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

/**
 * Totals of which exactly one count is not the one before plus that of the last response. A response that is missing
 * changes several counts at once, so this is never one.
 */
export class RunningTotals implements LineCheck {
  readonly #findings: FindingList;
  #before: TokenUsage | null = null;
  /** Of the record before. */
  #found: RawFinding | null = null;

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  see({ record, place }: SeenLine): void {
    // What follows another session_meta is another thread's count, or a copy of it.
    if (record.kind === 'session_meta') this.#before = null;
    if (record.kind !== 'token_count' || !record.info) return;
    const { total_token_usage: total, last_token_usage: last } = record.info;
    const key =
      this.#before && isCounted(record.info, this.#before) ? theOneThatDiffers(this.#before, record.info) : null;
    // A total that is wrong does not follow, and then neither does the right one behind it.
    if (this.#before && key && !this.#found) {
      const before = this.#before[key];
      const expected = before + last[key];
      const message = `total_token_usage.${key} is ${total[key]}, but it was ${before} and the last response has ${last[key]}; all other counts follow`;
      this.#found = rawFinding('total-does-not-follow', message, place, {
        expected: `${expected}`,
        actual: `${total[key]}`,
      });
      this.#findings.add(this.#found);
    } else this.#found = null;
    this.#before = total;
  }
}

/** Whether the last response was added to the total: not in a repeat, an estimate or where the counter begins anew. */
function isCounted(info: TokenUsageInfo, before: TokenUsage): boolean {
  const { total_token_usage: total, last_token_usage: last, model_context_window: window } = info;
  const isSet =
    total.total_tokens === window && tokenUsageKeys.every((key) => key === 'total_tokens' || total[key] === 0n);
  return !isSet && !isEstimate(info) && !isSame(total, before) && !isSame(total, last);
}

function theOneThatDiffers(before: TokenUsage, info: TokenUsageInfo): keyof TokenUsage | null {
  const { total_token_usage: total, last_token_usage: last } = info;
  const [key, ...others] = tokenUsageKeys.filter(
    (each) => total[each] !== BigInt.asIntN(64, before[each] + last[each]),
  );
  // A version that does not know the count writes none.
  const isUnknown = key === 'cache_write_input_tokens' && total[key] === 0n && last[key] === 0n;
  return key === undefined || others.length > 0 || isUnknown ? null : key;
}

function isSame(a: TokenUsage, b: TokenUsage): boolean {
  return tokenUsageKeys.every((key) => a[key] === b[key]);
}
