import { createHmac, randomBytes } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Other names for ids: the same one for the same id for as long as this lives, of the same length, and no way back. */
export class Pseudonyms {
  readonly #salt: Buffer;

  constructor(salt: Buffer = randomBytes(32)) {
    this.#salt = salt;
  }

  /** A UUID for a UUID. The time that it begins with stays: whose a turn is depends on which id is older. */
  uuid(text: string): string {
    const hex = createHmac('sha256', this.#salt).update(text.toLowerCase()).digest('hex');
    const [time, middle, version, variant] = text.split('-') as [string, string, string, string];
    return `${time}-${middle}-${version[0]}${hex.slice(0, 3)}-${variant[0]}${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
  }

  /** Letters for any other text, as many as `length`. */
  word(text: string, length: number): string {
    let word = '';
    for (let round = 0; word.length < length; round++) {
      const digest = createHmac('sha256', this.#salt).update(`${round} ${text}`).digest();
      for (const byte of digest) word += LETTERS[byte % LETTERS.length];
    }
    return word.slice(0, length);
  }
}
