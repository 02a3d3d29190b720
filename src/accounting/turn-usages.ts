import { type TokenUsage, tokenUsageKeys } from '../codex/records/token-count.ts';
import { NumberColumns } from '../turns/number-columns.ts';
import { noTokens, plus } from './token-sums.ts';

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

const CONTEXT = tokenUsageKeys.length;
const WINDOW = CONTEXT + 1;
/** The number of the model that is named. */
const MODEL = WINDOW + 1;

/** The usage of many turns, by their places, in columns. */
export class TurnUsages {
  readonly #numbers = new NumberColumns(MODEL + 1);
  readonly #compacted = new Set<number>();
  /** Each model once, however many turns name it. */
  readonly #models: string[] = [];
  readonly #numbersOfModels = new Map<string, number>();

  at(place: number): TurnUsage {
    return {
      ownUsage: this.#ownUsage(place),
      contextTokens: this.#numbers.get(place, CONTEXT),
      contextWindow: this.#numbers.get(place, WINDOW),
      model: this.#models[Number(this.#numbers.get(place, MODEL) ?? -1n)] ?? null,
      compacted: this.#compacted.has(place),
    };
  }

  add(place: number, usage: TokenUsage): void {
    const sum = plus(this.#ownUsage(place) ?? noTokens, usage);
    for (let i = 0; i < CONTEXT; i++) this.#numbers.set(place, i, sum[tokenUsageKeys[i] as keyof TokenUsage]);
  }

  setContext(place: number, tokens: bigint, window: bigint | null): void {
    this.#numbers.set(place, CONTEXT, tokens);
    this.#numbers.set(place, WINDOW, window);
  }

  setModel(place: number, model: string | null): void {
    this.#numbers.set(place, MODEL, model === null ? null : BigInt(this.#numberOf(model)));
  }

  setCompacted(place: number): void {
    this.#compacted.add(place);
  }

  /** Forgets all of a turn. */
  clear(place: number): void {
    for (let i = 0; i <= MODEL; i++) this.#numbers.set(place, i, null);
    this.#compacted.delete(place);
  }

  #ownUsage(place: number): TokenUsage | null {
    const count = (i: number) => this.#numbers.get(place, i);
    const input = count(0);
    if (input === null) return null;
    return {
      input_tokens: input,
      cached_input_tokens: count(1) ?? 0n,
      cache_write_input_tokens: count(2) ?? 0n,
      output_tokens: count(3) ?? 0n,
      reasoning_output_tokens: count(4) ?? 0n,
      total_tokens: count(5) ?? 0n,
    };
  }

  #numberOf(model: string): number {
    const number = this.#numbersOfModels.get(model) ?? this.#models.length;
    if (number === this.#models.length) this.#models.push(model);
    this.#numbersOfModels.set(model, number);
    return number;
  }
}
