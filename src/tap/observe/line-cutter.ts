const NEWLINE = 0x0a;

/** Cuts what comes in pieces into lines. A line that is longer than `longest` bytes is passed over and counted. */
export class LineCutter {
  readonly #longest: number;
  #parts: Uint8Array[] = [];
  #length = 0;
  #tooLong = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** How many lines were too long. */
  get tooLong(): number {
    return this.#tooLong;
  }

  /** The lines that `bytes` ends, without their newlines; a line is handed out once and then not kept. */
  *add(bytes: Uint8Array): Generator<Buffer> {
    let start = 0;
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, start);
      this.#take(bytes.subarray(start, newline < 0 ? bytes.length : newline));
      if (newline < 0) return;
      const line = this.#line();
      if (line) yield line;
      start = newline + 1;
    }
  }

  /** What stands behind the last newline, if anything does. */
  rest(): Buffer | undefined {
    return this.#line();
  }

  #take(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.#longest) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #line(): Buffer | undefined {
    const [parts, length] = [this.#parts, this.#length];
    this.#parts = [];
    this.#length = 0;
    if (length > this.#longest) this.#tooLong++;
    const [first] = parts;
    if (!first) return undefined;
    return parts.length === 1 ? Buffer.from(first.buffer, first.byteOffset, first.length) : Buffer.concat(parts);
  }
}
