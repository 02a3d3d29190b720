import { NumberColumn } from './number-column.ts';

/** A column of counts of any size, all of them exact, each of which may be missing. */
export class CountColumn {
  readonly #usual = new NumberColumn();
  /** Those that no number is exact enough for, by their rows. */
  readonly #large = new Map<number, bigint>();

  /** Null when none was set. */
  get(row: number): bigint | null {
    const value = this.#usual.get(row);
    return value === null ? (this.#large.get(row) ?? null) : BigInt(value);
  }

  set(row: number, value: bigint | null): void {
    const number = value === null ? null : Number(value);
    const isLarge = number !== null && !Number.isSafeInteger(number);
    this.#usual.set(row, isLarge ? null : number);
    if (isLarge) this.#large.set(row, value as bigint);
    else if (this.#large.size > 0) this.#large.delete(row);
  }
}
