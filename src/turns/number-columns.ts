/** These stand for a number that is not there, in a narrow page, in a wide one, and for one that is kept elsewhere. */
const NONE = -(2 ** 31);
const WIDE_NONE = -(2n ** 63n);
const ODD = WIDE_NONE + 1n;
/** Rows of a page: few, since most rollouts have few turns. */
const PAGE = 128;

/**
 * Rows of whole numbers, each of which may be missing, and all of which are exact: four bytes for each, or eight in a page that
 * holds one of more than 32 bits.
 */
export class NumberColumns {
  readonly #columns: number;
  readonly #pages: (Int32Array | BigInt64Array)[] = [];
  /** The few that do not fit 64 bits, by their cell. */
  readonly #odd = new Map<number, bigint>();

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Null when none was set. */
  get(row: number, column: number): bigint | null {
    const value = this.#pages[Math.floor(row / PAGE)]?.[this.#cellOf(row, column)] ?? NONE;
    if (typeof value === 'number') return value === NONE ? null : BigInt(value);
    if (value === WIDE_NONE) return null;
    return value === ODD ? (this.#odd.get(row * this.#columns + column) ?? null) : value;
  }

  set(row: number, column: number, value: bigint | null): void {
    const page = this.#pageFor(Math.floor(row / PAGE), value);
    const cell = this.#cellOf(row, column);
    if (page instanceof Int32Array) {
      page[cell] = value === null ? NONE : Number(value);
      return;
    }
    const fits = value === null || (value > ODD && value === BigInt.asIntN(64, value));
    if (!fits) this.#odd.set(row * this.#columns + column, value);
    page[cell] = fits ? (value ?? WIDE_NONE) : ODD;
  }

  /** The page at a place, made so wide that it can take a value. */
  #pageFor(place: number, value: bigint | null): Int32Array | BigInt64Array {
    const page = this.#pages[place] ?? new Int32Array(PAGE * this.#columns).fill(NONE);
    const fits = page instanceof BigInt64Array || value === null || (value > NONE && value < -NONE);
    const wide = fits ? page : BigInt64Array.from(page, (each) => (each === NONE ? WIDE_NONE : BigInt(each)));
    this.#pages[place] = wide;
    return wide;
  }

  #cellOf(row: number, column: number): number {
    return (row % PAGE) * this.#columns + column;
  }
}
