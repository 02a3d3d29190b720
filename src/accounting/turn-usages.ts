import { type TokenUsage, tokenUsageKeys } from '../codex/records/token-count.ts';
import { CountColumn } from '../turns/count-column.ts';
import { NumberColumn } from '../turns/number-column.ts';
import { plus, usageOf } from './token-sums.ts';

/** What the records that stand in a turn say. Tokens. */
export interface TurnUsage {
  /** What the turn added to the thread's total; null when it added nothing. */
  readonly ownUsage: TokenUsage | null;
  /** What filled the context window at its last record; null when it has none. */
  readonly contextTokens: bigint | null;
  /** The size of the window at that record. */
  readonly contextWindow: bigint | null;
  /** The model that its turn_context names. */
  readonly model: string | null;
  /** A compaction stands in it. */
  readonly compacted: boolean;
}

/** The usage of many turns, by their places, in columns. */
export class TurnUsages {
  readonly #ownUsage: Readonly<Record<keyof TokenUsage, CountColumn>> = {
    input_tokens: new CountColumn(),
    cached_input_tokens: new CountColumn(),
    cache_write_input_tokens: new CountColumn(),
    output_tokens: new CountColumn(),
    reasoning_output_tokens: new CountColumn(),
    total_tokens: new CountColumn(),
  };
  readonly #contextTokens = new CountColumn();
  readonly #contextWindow = new CountColumn();
  /** The number of the model that is named. */
  readonly #model = new NumberColumn();
  readonly #compacted = new Set<number>();
  /** Each model once, however many turns name it. */
  readonly #models: string[] = [];
  readonly #numbersOfModels = new Map<string, number>();

  at(place: number): TurnUsage {
    return {
      ownUsage: this.#ownUsageAt(place),
      contextTokens: this.#contextTokens.get(place),
      contextWindow: this.#contextWindow.get(place),
      model: this.#models[this.#model.get(place) ?? -1] ?? null,
      compacted: this.#compacted.has(place),
    };
  }

  add(place: number, usage: TokenUsage): void {
    const before = this.#ownUsageAt(place);
    const sum = before ? plus(before, usage) : usage;
    for (const key of tokenUsageKeys) this.#ownUsage[key].set(place, sum[key]);
  }

  setContext(place: number, tokens: bigint, window: bigint | null): void {
    this.#contextTokens.set(place, tokens);
    this.#contextWindow.set(place, window);
  }

  setModel(place: number, model: string | null): void {
    this.#model.set(place, model === null ? null : this.#numberOf(model));
  }

  setCompacted(place: number): void {
    this.#compacted.add(place);
  }

  /** Forgets all of a turn. */
  clear(place: number): void {
    for (const key of tokenUsageKeys) this.#ownUsage[key].set(place, null);
    this.#contextTokens.set(place, null);
    this.#contextWindow.set(place, null);
    this.#model.set(place, null);
    this.#compacted.delete(place);
  }

  #ownUsageAt(place: number): TokenUsage | null {
    if (this.#ownUsage.input_tokens.get(place) === null) return null;
    return usageOf((key) => this.#ownUsage[key].get(place) ?? 0n);
  }

  #numberOf(model: string): number {
    const number = this.#numbersOfModels.get(model) ?? this.#models.length;
    if (number === this.#models.length) this.#models.push(model);
    this.#numbersOfModels.set(model, number);
    return number;
  }
}
