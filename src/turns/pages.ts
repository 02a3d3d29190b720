const PAGE = 1024;

/** A list that grows without being copied: the copies of a long array that has grown take more memory than what it holds. */
export class Pages<T> {
  readonly #pages: T[][] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What stands at a place that there is. */
  at(place: number): T {
    return (this.#pages[Math.floor(place / PAGE)] as T[])[place % PAGE] as T;
  }

  push(value: T): void {
    const page = Math.floor(this.#length / PAGE);
    const values = this.#pages[page] ?? [];
    this.#pages[page] = values;
    values[this.#length++ % PAGE] = value;
  }

  set(place: number, value: T): void {
    (this.#pages[Math.floor(place / PAGE)] as T[])[place % PAGE] = value;
  }

  /** Takes away what stands from `length` on. */
  truncate(length: number): void {
    this.#length = length;
    this.#pages.length = Math.ceil(length / PAGE);
  }
}
