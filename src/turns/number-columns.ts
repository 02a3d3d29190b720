/** These stand for a number that is not there, and for one that is kept elsewhere. */
const NONE = -(2n ** 63n);
const ODD = NONE + 1n;
/** Rows of a page: few, since most rollouts have few turns. */
const PAGE = 128;

/** Rows of whole numbers, each of which may be missing: eight bytes for each that fits 64 bits, and all are exact. */
export class NumberColumns {
  readonly #columns: number;
  readonly #pages: BigInt64Array[] = [];
  /** The few that do not fit, by their cell. */
  readonly #odd = new Map<number, bigint>();

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Null when none was set. */
  get(row: number, column: number): bigint | null {
    const value = this.#pages[Math.floor(row / PAGE)]?.[this.#cellOf(row, column)] ?? NONE;
    if (value === NONE) return null;
    return value === ODD ? (this.#odd.get(row * this.#columns + column) ?? null) : value;
  }

  set(row: number, column: number, value: bigint | null): void {
    const place = Math.floor(row / PAGE);
    const page = this.#pages[place] ?? new BigInt64Array(PAGE * this.#columns).fill(NONE);
    this.#pages[place] = page;
    const fits = value === null || (value > ODD && value === BigInt.asIntN(64, value));
    if (!fits) this.#odd.set(row * this.#columns + column, value);
    page[this.#cellOf(row, column)] = fits ? (value ?? NONE) : ODD;
  }

  #cellOf(row: number, column: number): number {
    return (row % PAGE) * this.#columns + column;
  }
}
