/** How many, and how many bytes. */
export interface Amount {
  readonly count: number;
  readonly bytes: number;
}

/** Adds up amounts by name. */
export class Tally<Name extends string> {
  readonly #amounts = new Map<Name, { count: number; bytes: number }>();

  add(name: Name, bytes: number, count = 1): void {
    const amount = this.#amounts.get(name);
    if (!amount) this.#amounts.set(name, { count, bytes });
    else {
      amount.count += count;
      amount.bytes += bytes;
    }
  }

  get(name: Name): Amount {
    return this.#amounts.get(name) ?? { count: 0, bytes: 0 };
  }

  /** Of all names together. */
  get bytes(): number {
    return [...this.#amounts.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Of equal ones the name decides. */
  largestFirst(): (Amount & { readonly name: Name })[] {
    const all = [...this.#amounts].map(([name, { count, bytes }]) => ({ name, count, bytes }));
    return all.sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  }

  /** The same, and begins anew. */
  takeAll(): (Amount & { readonly name: Name })[] {
    const all = this.largestFirst();
    this.#amounts.clear();
    return all;
  }
}
