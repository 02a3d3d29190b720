/** Rows of a page. */
const PAGE = 1024;
/** So many rows a page has cells for at first, since most rollouts have few turns. */
const FEWEST = 16;
/** Stands for a number that is not there, in narrow cells. */
const NONE = -(2 ** 31);

/**
 * A column of whole numbers that are exact (`Number.isSafeInteger`), each of which may be missing. Where all neighbours are the
 * same they take no memory, where they are near one another four bytes each, else eight.
 */
export class NumberColumn {
  readonly #pages: (Page | undefined)[] = [];

  /** Null when none was set. */
  get(row: number): number | null {
    return this.#pages[Math.floor(row / PAGE)]?.get(row % PAGE) ?? null;
  }

  set(row: number, value: number | null): void {
    this.#pageAt(Math.floor(row / PAGE)).set(row % PAGE, value);
  }

  #pageAt(place: number): Page {
    const known = this.#pages[place];
    if (known) return known;
    this.#pages[place - 1]?.settle();
    const page = new Page();
    this.#pages[place] = page;
    return page;
  }
}

class Page {
  /** What narrow cells are counted from; without cells, what every row holds. */
  #base: number | null = null;
  /** Narrow ones hold differences to the base, wide ones the numbers themselves. Rows behind the last are empty. */
  #cells: Int32Array | Float64Array | null = null;

  get(at: number): number | null {
    const cells = this.#cells;
    if (!cells) return this.#base;
    if (at >= cells.length) return null;
    const cell = cells[at] as number;
    if (cells instanceof Int32Array) return cell === NONE ? null : (this.#base as number) + cell;
    return Number.isNaN(cell) ? null : cell;
  }

  set(at: number, value: number | null): void {
    if (!this.#cells && value === this.#base) return;
    put(this.#cellsFor(at, value), this.#base as number, at, value);
  }

  /** Not much more will be set: cells that hold the same are not needed. */
  settle(): void {
    const first = this.get(0);
    if (this.#cells?.length !== PAGE || this.#cells.some((_, at) => this.get(at) !== first)) return;
    this.#base = first;
    this.#cells = null;
  }

  /** The cells, with one for a row and so wide that they can take a value. */
  #cellsFor(at: number, value: number | null): Int32Array | Float64Array {
    const old = this.#cells;
    const used = old?.length ?? (this.#base === null ? 0 : PAGE);
    const base = this.#base ?? value ?? 0;
    const isNarrow = !(old instanceof Float64Array) && (value === null || Math.abs(value - base) < -NONE);
    if (old && at < used && isNarrow === old instanceof Int32Array) return old;
    let rows = Math.max(FEWEST, used);
    while (rows <= at) rows *= 2;
    const cells = isNarrow ? new Int32Array(rows).fill(NONE) : new Float64Array(rows).fill(Number.NaN);
    for (let row = 0; row < used; row++) put(cells, base, row, this.get(row));
    this.#base = base;
    this.#cells = cells;
    return cells;
  }
}

function put(cells: Int32Array | Float64Array, base: number, at: number, value: number | null): void {
  if (cells instanceof Int32Array) cells[at] = value === null ? NONE : value - base;
  else cells[at] = value ?? Number.NaN;
}
