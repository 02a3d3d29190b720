import { Pages } from './pages.ts';

/** The ids of turns, in their order. */
export class TurnIds {
  readonly #ids = new Pages<string>();
  /** The place of the first turn with an id. */
  readonly #places = new Map<string, number>();

  get length(): number {
    return this.#ids.length;
  }

  push(id: string): void {
    if (!this.#places.has(id)) this.#places.set(id, this.#ids.length);
    this.#ids.push(id);
  }

  /** The id at a place that there is. */
  at(place: number): string {
    return this.#ids.at(place);
  }

  /** Undefined when there is none. */
  get last(): string | undefined {
    return this.length === 0 ? undefined : this.at(this.length - 1);
  }

  /** The place of the first turn with this id; undefined when there is none. */
  placeOf(id: string): number | undefined {
    return this.#places.get(id);
  }

  /** Takes away the turns from `length` on. */
  truncate(length: number): void {
    for (let place = length; place < this.length; place++) {
      const id = this.at(place);
      if (this.#places.get(id) === place) this.#places.delete(id);
    }
    this.#ids.truncate(length);
  }
}
