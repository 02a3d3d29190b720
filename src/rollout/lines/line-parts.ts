const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Is shown lines part by part, so that no line is too long for it. */
export interface LineReader {
  /** A line begins. Its first bytes are those of `bytes` from `start` to `end`: as many as were asked for, if it has them. */
  begin(bytes: Buffer, start: number, end: number): void;
  /** Its bytes, from the first on; `isLast`: there are no more. */
  part(bytes: Buffer, start: number, end: number, isLast: boolean): void;
  /** It is over. `terminated`: a `\n` ends it, which is in no part. */
  end(terminated: boolean): void;
}

/** Cuts blocks of bytes into lines without holding any. What follows the last `\n` is a line only if it holds a byte. */
export class LineParts {
  readonly #reader: LineReader;
  readonly #headBytes: number;
  /** The beginning of a line, as long as it is too short to be shown. */
  #held: Buffer = NOTHING;
  #isOpen = false;

  /** `headBytes`: how many bytes of a line are shown at once when it begins. */
  constructor(reader: LineReader, headBytes: number) {
    this.#reader = reader;
    this.#headBytes = headBytes;
  }

  /** Takes the next block, which is not kept. */
  add(block: Buffer): void {
    for (let start = 0; start < block.length; ) {
      const newline = block.indexOf(NEWLINE, start);
      const isLast = newline >= 0;
      const end = isLast ? newline : block.length;
      if (this.#isOpen) this.#reader.part(block, start, end, isLast);
      else if (this.#held.length > 0) this.#goOn(block, start, end, isLast);
      else this.#begin(block, start, end, isLast);
      if (!isLast) return;
      this.#isOpen = false;
      this.#reader.end(true);
      start = newline + 1;
    }
  }

  /** There are no more blocks. */
  finish(): void {
    if (this.#held.length > 0) this.#show(this.#held, 0, this.#held.length, true);
    else if (this.#isOpen) this.#reader.part(NOTHING, 0, 0, true);
    if (this.#isOpen) this.#reader.end(false);
  }

  #begin(block: Buffer, start: number, end: number, isLast: boolean): void {
    if (isLast || end - start >= this.#headBytes) this.#show(block, start, end, isLast);
    else this.#held = Buffer.from(block.subarray(start, end));
  }

  /** More of a line whose beginning is held: it is shown as soon as there is enough of it, and then the rest. */
  #goOn(block: Buffer, start: number, end: number, isLast: boolean): void {
    const cut = Math.min(end, start + this.#headBytes - this.#held.length);
    const head = Buffer.concat([this.#held, block.subarray(start, cut)]);
    if (!isLast && head.length < this.#headBytes) {
      this.#held = head;
      return;
    }
    this.#show(head, 0, head.length, isLast && cut === end);
    if (cut < end) this.#reader.part(block, cut, end, isLast);
  }

  #show(bytes: Buffer, start: number, end: number, isLast: boolean): void {
    this.#isOpen = true;
    this.#held = NOTHING;
    this.#reader.begin(bytes, start, end);
    this.#reader.part(bytes, start, end, isLast);
  }
}
