import { Fingerprint } from './fingerprint.ts';

/** Shorter base64 is none worth telling. In bytes. */
const SHORTEST = 1024;
/** Base64 of that length covers one of the places that are looked at, and this many bytes behind it. */
const STEP = 512;
const PROBE = 16;
/** Of a run the first bytes are looked at one by one; then it is followed in windows, of which one byte in so many is. */
const BEGINNING = 128;
const WINDOW = 4096;
const STRIDE = 32;
const QUOTE = 0x22;
const NOTHING = Buffer.alloc(0);

/** What stands before reasoning and compactions that are encrypted: that is no data that somebody put there. */
const ENCRYPTED = Buffer.from('encrypted_content":"');

/**
 * Finds data that stands in lines as base64: images above all, with or without a `data:` in front. It is shown the parts of
 * one line after the other; where these are cut does not matter. `found` is told the length and the fingerprint of each.
 */
export class InlineData {
  readonly #found: (bytes: number, fingerprint: string) => void;
  /** What came of a run of base64 that reaches the end of the part before. */
  #open: Fingerprint | null = null;
  #isEncrypted = false;
  /** The last bytes of the part before. */
  #before: Buffer = NOTHING;

  constructor(found: (bytes: number, fingerprint: string) => void) {
    this.#found = found;
  }

  /** A part of a line; `isLast`: the line ends with it. */
  part(bytes: Buffer, start: number, end: number, isLast: boolean): void {
    let at = this.#open ? this.#take(bytes, start, end) : start;
    for (let probe = at; probe + PROBE <= end; ) {
      if (isBase64(bytes, probe, probe + PROBE)) {
        at = this.#begin(bytes, start, runStart(bytes, at, probe), end);
        probe = at;
      } else probe += STEP;
    }
    if (isLast) {
      this.#close();
      this.#before = NOTHING;
      return;
    }
    if (!this.#open) this.#begin(bytes, start, runStart(bytes, at, end), end);
    const more = bytes.subarray(Math.max(start, end - ENCRYPTED.length), end);
    this.#before = Buffer.concat([this.#before, more]).subarray(-ENCRYPTED.length);
  }

  /** A run of base64 begins at `runStart`, if there is one. @returns where it ends */
  #begin(bytes: Buffer, start: number, runAt: number, end: number): number {
    if (runAt === end) return end;
    this.#open = new Fingerprint();
    this.#isEncrypted = this.#standsBefore(ENCRYPTED, bytes, start, runAt);
    return this.#take(bytes, runAt, end);
  }

  /** Takes what belongs to the open run. @returns where that ends */
  #take(bytes: Buffer, start: number, end: number): number {
    const runEnd = endOfRun(bytes, start, end);
    this.#open?.add(bytes, start, runEnd);
    if (runEnd < end) this.#close();
    return runEnd;
  }

  #close(): void {
    const run = this.#open;
    this.#open = null;
    if (run && run.length >= SHORTEST && !this.#isEncrypted) this.#found(run.length, run.text);
  }

  #standsBefore(expected: Buffer, bytes: Buffer, start: number, at: number): boolean {
    const here = bytes.subarray(Math.max(start, at - expected.length), at);
    const before = here.length < expected.length ? Buffer.concat([this.#before, here]) : here;
    return before.subarray(-expected.length).equals(expected);
  }
}

/** Where the run of base64 begins that reaches `at`; not before `limit`. */
function runStart(bytes: Buffer, limit: number, at: number): number {
  let start = at;
  while (start > limit && isDigit(bytes[start - 1] as number)) start--;
  return start;
}

/** Where base64 that begins at `start` ends, at most at `limit`: a long run nearly always goes up to the quote that ends it. */
function endOfRun(bytes: Buffer, start: number, limit: number): number {
  const beginning = Math.min(limit, start + BEGINNING);
  for (let at = start; at < beginning; at++) if (!isDigit(bytes[at] as number)) return at;
  for (let from = beginning; from < limit; from += WINDOW) {
    const window = bytes.subarray(from, Math.min(limit, from + WINDOW));
    const quote = window.indexOf(QUOTE);
    const end = quote < 0 ? window.length : quote;
    if (!looksLikeBase64(window, end)) return from + plainEndOfRun(window, end);
    if (quote >= 0) return from + quote;
  }
  return limit;
}

function plainEndOfRun(bytes: Buffer, end: number): number {
  let at = 0;
  while (at < end && isDigit(bytes[at] as number)) at++;
  return at;
}

function looksLikeBase64(bytes: Buffer, end: number): boolean {
  for (let at = 0; at < end; at += STRIDE) if (!isDigit(bytes[at] as number)) return false;
  return end === 0 || isDigit(bytes[end - 1] as number);
}

function isBase64(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(bytes[at] as number)) return false;
  return true;
}

/** Letters, digits, `+ / =`, and the `- _` of URLs. */
function isDigit(byte: number): boolean {
  const letter = byte | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return true;
  return (byte >= 0x2f && byte <= 0x39) || byte === 0x2b || byte === 0x3d || byte === 0x2d || byte === 0x5f;
}
