import type { TokenUsage, TokenUsageInfo, TokenUsageRecord } from '../codex/records/token-count.ts';
import { TokenCounter } from './token-counter.ts';
import { isSame, noTokens, plus } from './token-sums.ts';
import type { UsageRule } from './usage-rule.ts';

/** A record that holds usage, and what became of it. `Place`: what the caller knows of where a record stands. */
export interface Measured<Place> {
  readonly kind: 'token_count' | 'token_usage_record';
  readonly rule: UsageRule;
  readonly place: Place;
  /** Where the response came: the place of its own record, where it has one. */
  readonly spentAt: Place;
  /** What it adds; of a refused one what it says of its response. */
  readonly usage: TokenUsage;
  /** The thread's total with it, as its kind of record counts it. */
  readonly total: TokenUsage;
  /** The response, as its own record names it. */
  readonly record: TokenUsageRecord | null;
}

interface Pending<Place> {
  readonly record: TokenUsageRecord;
  readonly place: Place;
}

/**
 * Tells the responses of a history and what each cost, from two witnesses: the running total of `token_count`, and,
 * since Codex 0.153, a `token_usage_record` for each response, which stands before the count that holds it. A record
 * that no count holds is counted by itself: a compaction on the server, or a response whose count came too late.
 */
export class ResponseMeter<Place> {
  readonly #counter: TokenCounter;
  readonly #tell: (measured: Measured<Place>) => void;
  /** Records whose count has not come yet. */
  #pending: Pending<Place>[] = [];

  /**
   * `tell` is shown each record once it is decided, not always in their order.
   * `start`: the total at the beginning; null when the history before is not read.
   */
  constructor(tell: (measured: Measured<Place>) => void, start: TokenUsage | null = noTokens) {
    this.#tell = tell;
    this.#counter = new TokenCounter(start);
  }

  /** How often the total was set or began anew. */
  get resets(): number {
    return this.#counter.resets;
  }

  /** A `token_count` that has usage. */
  count(info: TokenUsageInfo, place: Place): void {
    const { rule, usage: added } = this.#counter.add(info);
    const { total_token_usage: total, last_token_usage: last } = info;
    const measured = { kind: 'token_count', rule, place, total, record: null } as const;
    const held = added && this.#heldBy(added);
    if (!added) this.#tell({ ...measured, spentAt: place, usage: last });
    else if (!held) this.#tellDisagreement({ ...measured, spentAt: place, usage: added });
    else this.#tellHeld({ ...measured, spentAt: place, usage: added }, held);
  }

  /** A `token_usage_record`. */
  record(record: TokenUsageRecord, place: Place): void {
    this.#pending.push({ record, place });
  }

  /** A compaction: a response that came for it and has no count yet will have none. @returns how many there are */
  compacted(): number {
    const alone = this.#pending.splice(0);
    for (const pending of alone) this.#tellAlone(pending);
    return alone.length;
  }

  /** The history is at its end. */
  finish(): void {
    this.compacted();
  }

  /**
   * Takes from the records that wait those that a count holds which adds `added`: the last ones that add up to it. Those
   * before them are in no count. None when there is none; null when what waits does not add up.
   */
  #heldBy(added: TokenUsage): Pending<Place>[] | null {
    let sum = noTokens;
    for (let from = this.#pending.length - 1; from >= 0; from--) {
      sum = plus(sum, (this.#pending[from] as Pending<Place>).record.usage);
      if (!isSame(sum, added)) continue;
      const held = this.#pending.splice(from);
      this.compacted();
      return held;
    }
    return this.#pending.length === 0 ? [] : null;
  }

  /** A count and the records of the responses that it holds: its own is the last, those before it came too late for one. */
  #tellHeld(measured: Measured<Place>, held: Pending<Place>[]): void {
    const own = held.pop();
    for (const pending of held) this.#tellAlone(pending);
    if (!own) {
      this.#tell(measured);
      return;
    }
    this.#tell({ ...measured, spentAt: own.place, usage: own.record.usage, record: own.record });
    this.#tell({ ...ofRecord(own), rule: 'second-witness' });
  }

  #tellDisagreement(measured: Measured<Place>): void {
    for (const pending of this.#pending.splice(0)) this.#tell({ ...ofRecord(pending), rule: 'disagrees' });
    this.#tell(measured);
  }

  #tellAlone(pending: Pending<Place>): void {
    this.#tell({ ...ofRecord(pending), rule: 'only-recorded' });
  }
}

function ofRecord<Place>({ record, place }: Pending<Place>): Omit<Measured<Place>, 'rule'> {
  const { usage, thread_token_usage: total } = record;
  return { kind: 'token_usage_record', place, spentAt: place, usage, total, record };
}
