import { type TokenUsage, type TokenUsageInfo, tokenUsageKeys } from '../../codex/records/token-count.ts';
import { type FindingList, type Place, rawFinding } from '../raw-finding.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

/** Codex writes so much of the window that the model really has; the rest it keeps for itself, and a response may reach into it. */
const SHOWN_PERCENT = 95n;

/** Records of usage that Codex takes, but whose numbers cannot be right. */
export class ImplausibleCounts implements LineCheck {
  readonly #findings: FindingList;
  #before: TokenUsageInfo | null = null;

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  see({ record, place }: SeenLine): void {
    // What follows another session_meta is another thread's count, or a copy of it.
    if (record.kind === 'session_meta') this.#before = null;
    if (record.kind !== 'token_count' || !record.info) return;
    const { info } = record;
    if (this.#before && isSame(info, this.#before)) return;
    this.#shrinking(info, place);
    this.#sums(info, place);
    this.#window(info, place);
    this.#before = info;
  }

  #shrinking(info: TokenUsageInfo, place: Place): void {
    const { total_token_usage: total, last_token_usage: last, model_context_window: window } = info;
    // Up to Codex 0.77 the counter begins anew with every resume: then the total is that of the last response.
    if (tokenUsageKeys.every((key) => total[key] === last[key])) return;
    const before = this.#before?.total_token_usage;
    const less = before && tokenUsageKeys.find((key) => total[key] < before[key]);
    // Codex sets the total to the window when that was exceeded.
    if (!less || (total.total_tokens === window && !hasParts(total))) return;
    const message = `total_token_usage.${less} was ${before[less]} and is ${total[less]}`;
    this.#findings.add(rawFinding('shrinking-total', message, place));
  }

  /**
   * Besides its parts a total may have nothing, what it had before, or the window, to which Codex sets a total when that was
   * exceeded; what is spent later is added to it. A fork may have it from its parent. A provider that counts differently is
   * told by its responses: what one has besides its parts is added to the total as well.
   */
  #sums(
    { total_token_usage: total, last_token_usage: last, model_context_window: window }: TokenUsageInfo,
    place: Place,
  ) {
    const before = this.#before ? withoutParts(this.#before.total_token_usage) : 0n;
    const added = withoutParts(last);
    const isNew = tokenUsageKeys.every((key) => total[key] === last[key]);
    if (isNew || withoutParts(total) === before + added) return;
    if (![0n, window, before].includes(withoutParts(total))) this.#notSum('total_token_usage', total, place);
    if (added !== 0n && before === 0n) this.#notSum('last_token_usage', last, place);
  }

  #notSum(key: string, usage: TokenUsage, place: Place): void {
    if (!hasParts(usage)) return;
    const sum = usage.input_tokens + usage.output_tokens;
    const message = `${key}.total_tokens is ${usage.total_tokens}, but input and output make ${sum}`;
    const difference = { expected: `${sum}`, actual: `${usage.total_tokens}` };
    this.#findings.add(rawFinding('total-not-sum', message, place, difference));
  }

  #window({ last_token_usage: last, model_context_window: window }: TokenUsageInfo, place: Place): void {
    if (window === null || window <= 0n || last.total_tokens * SHOWN_PERCENT <= window * 100n) return;
    const message = `last_token_usage has ${last.total_tokens} tokens, the context window ${window}`;
    this.#findings.add(rawFinding('last-exceeds-window', message, place));
  }
}

/** How many tokens of a total are in none of its parts. */
function withoutParts({ input_tokens, output_tokens, total_tokens }: TokenUsage): bigint {
  return total_tokens - input_tokens - output_tokens;
}

/** Whether a usage has more than its total: estimates have not. */
function hasParts({ total_tokens: _, ...parts }: TokenUsage): boolean {
  return Object.values(parts).some((count) => count !== 0n);
}

function isSame(a: TokenUsageInfo, b: TokenUsageInfo): boolean {
  const keys = ['total_token_usage', 'last_token_usage'] as const;
  const areCountsSame = keys.every((key) => tokenUsageKeys.every((count) => a[key][count] === b[key][count]));
  return areCountsSame && a.model_context_window === b.model_context_window;
}
