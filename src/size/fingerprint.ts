/** All of the beginning counts, and then a few bytes of each step. */
const BEGINNING = 256;
const STEP = 1024;
const OF_EACH_STEP = 16;

/**
 * Tells long data apart without reading all of it: by its length, its first bytes and some of every kilobyte. The data
 * comes in parts; where it is cut does not matter.
 */
export class Fingerprint {
  #length = 0;
  #first = 0;
  #second = 0;

  add(bytes: Buffer, start: number, end: number): void {
    let place = this.#length;
    for (let at = start; at < end; ) {
      const inStep = place % STEP;
      if (place >= BEGINNING && inStep >= OF_EACH_STEP) {
        at += STEP - inStep;
        place += STEP - inStep;
        continue;
      }
      const byte = bytes[at++] as number;
      place++;
      this.#first = Math.imul(this.#first ^ byte, 0x01000193);
      this.#second = (Math.imul(this.#second, 31) + byte) | 0;
    }
    this.#length += end - start;
  }

  get length(): number {
    return this.#length;
  }

  /** The same for the same data. */
  get text(): string {
    return `${this.#length} ${this.#first} ${this.#second}`;
  }
}
