const NEWLINE = 0x0a;
/** A buffer that is larger than this is not kept for the next line, in bytes. */
const KEPT = 4 * 1024 * 1024;

/** Cuts what comes in pieces into lines. A line that is longer than `longest` bytes is passed over and counted. */
export class LineCutter {
  readonly #longest: number;
  /** What holds a line that comes in several pieces, and what will hold the next one: a line that was handed out stays for a while. */
  #joined = Buffer.alloc(0);
  #spare = Buffer.alloc(0);
  #length = 0;
  #tooLong = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** How many lines were too long. */
  get tooLong(): number {
    return this.#tooLong;
  }

  /** The lines that `bytes` ends, without their newlines. They are valid until more is added. */
  *add(bytes: Uint8Array): Generator<Buffer> {
    let start = 0;
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, start);
      const part = bytes.subarray(start, newline < 0 ? bytes.length : newline);
      if (newline < 0) {
        this.#keep(part);
        return;
      }
      const line = this.#whole(part);
      if (line) yield line;
      start = newline + 1;
    }
  }

  /** What stands behind the last newline, if anything does. */
  rest(): Buffer | undefined {
    return this.#whole(new Uint8Array());
  }

  /** The line that ends with `part`; undefined where it is empty or too long. */
  #whole(part: Uint8Array): Buffer | undefined {
    const isInOnePiece = this.#length === 0;
    if (!isInOnePiece) this.#keep(part);
    const length = isInOnePiece ? part.length : this.#length;
    const line = isInOnePiece ? Buffer.from(part.buffer, part.byteOffset, length) : this.#joined.subarray(0, length);
    if (!isInOnePiece) [this.#joined, this.#spare] = [this.#spare, this.#joined];
    if (this.#joined.length > KEPT) this.#joined = Buffer.alloc(0);
    this.#length = 0;
    if (length <= this.#longest) return length > 0 ? line : undefined;
    this.#tooLong++;
    return undefined;
  }

  /** Adds to the line that is not whole yet. */
  #keep(part: Uint8Array): void {
    const length = this.#length + part.length;
    if (length > this.#longest) {
      this.#joined = Buffer.alloc(0);
    } else {
      if (length > this.#joined.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#joined.length));
        this.#joined.copy(larger, 0, 0, this.#length);
        this.#joined = larger;
      }
      this.#joined.set(part, this.#length);
    }
    this.#length = length;
  }
}
