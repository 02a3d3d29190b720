import { KnownIds } from './known-ids.ts';
import { NumberColumn } from './number-column.ts';

/**
 * The ids of turns, in their order. Where turns come in the order in which their ids became known, as nearly everywhere, they
 * take no memory besides.
 */
export class TurnIds {
  readonly #known: KnownIds;
  /** For each place: how far the number of its id is ahead of it. */
  readonly #numbers = new NumberColumn();
  /** For each number: how far the first place with the id is ahead of it. Not true any more where turns were taken away. */
  readonly #places = new NumberColumn();
  #length = 0;

  constructor(known: KnownIds = new KnownIds()) {
    this.#known = known;
  }

  get length(): number {
    return this.#length;
  }

  push(id: string): void {
    const number = this.#known.numberOf(id);
    const place = this.#length;
    if (this.#firstPlace(number) === undefined) this.#places.set(number, place - number);
    this.#numbers.set(place, number - place);
    this.#length++;
  }

  /** The id at a place that there is. */
  at(place: number): string {
    return this.#known.at(place + (this.#numbers.get(place) as number));
  }

  /** Undefined when there is none. */
  get last(): string | undefined {
    return this.length === 0 ? undefined : this.at(this.length - 1);
  }

  /** The place of the first turn with this id; undefined when there is none. */
  placeOf(id: string): number | undefined {
    const number = this.#known.find(id);
    return number === undefined ? undefined : this.#firstPlace(number);
  }

  /** Takes away the turns from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(length, this.#length);
  }

  #firstPlace(number: number): number | undefined {
    const ahead = this.#places.get(number);
    if (ahead === null) return undefined;
    const place = number + ahead;
    return place < this.#length && this.#numbers.get(place) === number - place ? place : undefined;
  }
}
