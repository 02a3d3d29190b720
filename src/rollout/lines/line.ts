import { isUtf8 } from 'node:buffer';

/** One line of a rollout, as the scanners hand it out. */
export interface Line {
  /** Byte offset of its first byte in the rollout. */
  readonly offset: number;
  /** Its bytes without the `\n`. */
  readonly length: number;
  /** Whether a `\n` ends it; only the last line of a rollout may lack one. */
  readonly terminated: boolean;
  /** Its content, or null when it is longer than `holdBytes`. Valid until the scanner is asked for more. */
  readonly bytes: Buffer | null;
  /** Whether `probe` found what it looks for, in a line of any length. */
  readonly matched: boolean;
  /** Where it lies, if it is valid UTF-8 and a `\n` follows it there. Valid as long as `bytes`. */
  readonly place?: LinePlace | null;
}

/** A line in a block of bytes, without its `\n`. */
export interface LinePlace {
  readonly block: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Looks for something in a part of a line. What it looks for is at most `reach` bytes long. */
export interface ByteProbe {
  readonly reach: number;
  matches(bytes: Buffer): boolean;
}

export interface ScanOptions {
  readonly probe: ByteProbe;
  /** Longer lines are measured and probed, but not kept. In bytes. */
  readonly holdBytes: number;
}

const NOTHING = Buffer.alloc(0);
const NEWLINE = Buffer.from('\n');

/** A line that lies in one block. Nothing is made of it before it is asked for. */
export class LineInBlock implements Line, LinePlace {
  readonly offset: number;
  readonly terminated: boolean;
  readonly block: Buffer;
  readonly start: number;
  readonly end: number;
  readonly #isText: boolean;
  readonly #options: ScanOptions;

  /** `isText`: the block is valid UTF-8 around it, and the line ends in it. */
  constructor(
    { block, start, end }: LinePlace,
    offset: number,
    terminated: boolean,
    isText: boolean,
    options: ScanOptions,
  ) {
    this.block = block;
    this.start = start;
    this.end = end;
    this.offset = offset;
    this.terminated = terminated;
    this.#isText = isText;
    this.#options = options;
  }

  get length(): number {
    return this.end - this.start;
  }

  get bytes(): Buffer | null {
    return this.length > this.#options.holdBytes ? null : this.block.subarray(this.start, this.end);
  }

  get matched(): boolean {
    return this.#options.probe.matches(this.block.subarray(this.start, this.end));
  }

  get place(): LinePlace | null {
    return this.#isText ? this : null;
  }
}

/** What Rust takes for white space. */
const WHITE_SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/** Whether a line is white space only: Codex passes over it (docs/codex.md 1.2). */
export function isBlank(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0x20;
  const mayBe = first <= 0x20 || first >= 0x80;
  return mayBe && WHITE_SPACE.test(bytes.toString('utf8'));
}

/** A line that spans several blocks. It grows at one end: at its start when reading backward. */
export class PendingLine {
  readonly #options: ScanOptions;
  readonly #backward: boolean;
  #chunks: Buffer[] = [];
  #length = 0;
  #matched = false;
  /** The bytes at the growing end that a match could still begin in. */
  #edge: Buffer = NOTHING;

  constructor(options: ScanOptions, direction: 'forward' | 'backward') {
    this.#options = options;
    this.#backward = direction === 'backward';
  }

  get length(): number {
    return this.#length;
  }

  /** Adds a copy of `chunk` at the growing end. */
  add(chunk: Buffer): void {
    const { probe, holdBytes } = this.#options;
    const overlap = probe.reach - 1;
    const head = chunk.subarray(0, overlap);
    const tail = chunk.subarray(Math.max(0, chunk.length - overlap));
    const seam = this.#backward ? [tail, this.#edge] : [this.#edge, head];
    this.#matched ||= probe.matches(Buffer.concat(seam)) || probe.matches(chunk);
    const edge = Buffer.concat(this.#backward ? [head, this.#edge] : [this.#edge, tail]);
    this.#edge = this.#backward ? edge.subarray(0, overlap) : edge.subarray(Math.max(0, edge.length - overlap));
    this.#length += chunk.length;
    if (this.#length > holdBytes) this.#chunks = [];
    else this.#chunks.push(Buffer.from(chunk));
  }

  finish(offset: number, terminated: boolean): Line {
    const isHeld = this.#length <= this.#options.holdBytes;
    const length = this.#length;
    const matched = this.#matched;
    if (!isHeld) return { offset, length, terminated, bytes: null, matched };
    if (this.#backward) this.#chunks.reverse();
    const block = Buffer.concat([...this.#chunks, NEWLINE]);
    const bytes = block.subarray(0, length);
    const place = terminated && !this.#backward && isUtf8(bytes) ? { block, start: 0, end: length } : null;
    return { offset, length, terminated, bytes, matched, place };
  }
}
