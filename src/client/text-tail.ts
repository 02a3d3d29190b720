/** The end of a text of any length. */
export class TextTail {
  readonly #longest: number;
  #text = '';

  /** `longest`: how much is kept, in bytes of UTF-8. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  add(text: string): void {
    this.#text += text;
    // Cut now and then, not at each of many small pieces.
    if (this.#text.length > 2 * this.#longest) this.#text = this.#text.slice(-this.#longest);
  }

  /** The end of what was added, from the beginning of a character. */
  get text(): string {
    const bytes = Buffer.from(this.#text);
    let start = Math.max(0, bytes.length - this.#longest);
    while (isContinuation(bytes[start])) start++;
    return bytes.toString('utf8', start);
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte < 0xc0;
}
