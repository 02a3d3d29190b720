/** A list whose elements are made anew each time they are asked for, so that a long one takes no memory. */
export class LazyList<T> implements Iterable<T> {
  readonly length: number;
  readonly #make: (place: number) => T;

  /** `make`: the element at a place, from 0. */
  constructor(length: number, make: (place: number) => T) {
    this.length = length;
    this.#make = make;
  }

  static of<T>(elements: readonly T[]): LazyList<T> {
    return new LazyList(elements.length, (place) => elements[place] as T);
  }

  *[Symbol.iterator](): Generator<T> {
    for (let place = 0; place < this.length; place++) yield this.#make(place);
  }

  /** A place below 0 counts from the end, as in an array. */
  at(place: number): T | undefined {
    const from = place < 0 ? this.length + place : place;
    return from >= 0 && from < this.length ? this.#make(from) : undefined;
  }

  find(matches: (element: T) => boolean): T | undefined {
    for (const element of this) if (matches(element)) return element;
    return undefined;
  }

  findLast(matches: (element: T) => boolean): T | undefined {
    for (let place = this.length - 1; place >= 0; place--) {
      const element = this.#make(place);
      if (matches(element)) return element;
    }
    return undefined;
  }

  /** The last elements are looked at first: what is asked for mostly stands there. */
  some(matches: (element: T) => boolean): boolean {
    for (let place = this.length - 1; place >= 0; place--) if (matches(this.#make(place))) return true;
    return false;
  }

  map<U>(change: (element: T, place: number) => U): LazyList<U> {
    return new LazyList(this.length, (place) => change(this.#make(place), place));
  }

  /** Only the places of what matches are kept. */
  filter(matches: (element: T) => boolean): LazyList<T> {
    const places: number[] = [];
    for (let place = 0; place < this.length; place++) if (matches(this.#make(place))) places.push(place);
    return new LazyList(places.length, (place) => this.#make(places[place] as number));
  }

  concat(next: LazyList<T>): LazyList<T> {
    const { length } = this;
    return new LazyList(length + next.length, (place) =>
      place < length ? this.#make(place) : next.#make(place - length),
    );
  }

  /** The last `count` elements, or all of them when there are fewer. */
  last(count: number): LazyList<T> {
    const length = Math.min(count, this.length);
    const first = this.length - length;
    return new LazyList(length, (place) => this.#make(first + place));
  }
}
