import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isEscape,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  standsAt,
  ZERO,
} from './bytes.ts';
import { textEnd } from './text-end.ts';

/**
 * A quick way over JSON that is written plainly: without white space, with short numbers, not deeply nested. Each scan
 * returns where what starts at `at` ends, or DOUBT where it is not that plain: then `grammar.ts` has to tell. What these
 * take for a value, `grammar.ts` takes for the same one. The text must be valid UTF-8 and go on with a line end.
 */
export type Scan = (bytes: Buffer, at: number, depth: number) => number;

export const DOUBT = -1;

const POINT = 0x2e;

/** Deeper nesting is left to the grammar. */
const DEEPEST = 100;
/** So many digits fit every type of 64 bits, and are exact in a float. */
const MOST_DIGITS = 15;

export const scanString: Scan = (bytes, open) => {
  if (bytes[open] !== QUOTE) return DOUBT;
  for (let at = open + 1; ; ) {
    at = textEnd(bytes, at);
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) return DOUBT;
    at = escapeEnd(bytes, at);
    if (at < 0) return DOUBT;
  }
};

function escapeEnd(bytes: Buffer, at: number): number {
  const escaped = bytes[at + 1] as number;
  if (isEscape(escaped)) return at + 2;
  if (escaped !== 0x75) return DOUBT;
  for (let i = 2; i < 6; i++) if (!isHex(bytes[at + i] as number)) return DOUBT;
  // D800 to DFFF are halves of pairs.
  const isHalf = ((bytes[at + 2] as number) | 0x20) === 0x64 && (bytes[at + 3] as number) > 0x37;
  return isHalf ? DOUBT : at + 6;
}

function isHex(byte: number): boolean {
  const letter = byte | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

/** A whole number that is not negative. */
export const scanCount: Scan = (bytes, start) => {
  const at = digitsEnd(bytes, start);
  const digits = at - start;
  if (digits === 0 || digits > MOST_DIGITS || (bytes[start] === ZERO && digits > 1)) return DOUBT;
  return isPartOfNumber(bytes[at] as number) ? DOUBT : at;
};

/** A whole number; `-0` is one for some. */
export const scanInteger: Scan = (bytes, start, depth) => {
  if (bytes[start] !== MINUS) return scanCount(bytes, start, depth);
  return bytes[start + 1] === ZERO ? DOUBT : scanCount(bytes, start + 1, depth);
};

/** A number without exponent. */
export const scanNumber: Scan = (bytes, start) => {
  const first = bytes[start] === MINUS ? start + 1 : start;
  let at = digitsEnd(bytes, first);
  const digits = at - first;
  if (digits === 0 || digits > MOST_DIGITS || (bytes[first] === ZERO && digits > 1)) return DOUBT;
  if (bytes[at] === POINT) {
    const fraction = at + 1;
    at = digitsEnd(bytes, fraction);
    if (at === fraction || at - fraction > LONGEST_FRACTION) return DOUBT;
  }
  return isPartOfNumber(bytes[at] as number) ? DOUBT : at;
};

const LONGEST_FRACTION = 30;

/** A number that is written as Rust writes a float, or a whole one. */
export const scanFloat: Scan = (bytes, start, depth) => {
  const point = digitsEnd(bytes, start);
  if (bytes[point] !== POINT) return scanCount(bytes, start, depth);
  const end = scanNumber(bytes, start, depth);
  const fraction = end - point - 1;
  const endsInZero = fraction > 1 && bytes[end - 1] === ZERO;
  // Rust writes less than 0.00001 with an exponent.
  return endsInZero || fraction > 4 || end - start > MOST_DIGITS ? DOUBT : end;
};

function digitsEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (isDigit(bytes[at] as number)) at++;
  return at;
}

function isPartOfNumber(byte: number): boolean {
  return byte === POINT || byte === 0x65 || byte === 0x45 || isDigit(byte);
}

export const scanNull: Scan = (bytes, at) => (isWord(bytes, at, 0x6e, 0x75, 0x6c, 0x6c) ? at + 4 : DOUBT);

export const scanBoolean: Scan = (bytes, at) => {
  if (isWord(bytes, at, 0x74, 0x72, 0x75, 0x65)) return at + 4;
  return bytes[at] === 0x66 && isWord(bytes, at + 1, 0x61, 0x6c, 0x73, 0x65) ? at + 5 : DOUBT;
};

function isWord(bytes: Buffer, at: number, a: number, b: number, c: number, d: number): boolean {
  return bytes[at] === a && bytes[at + 1] === b && bytes[at + 2] === c && bytes[at + 3] === d;
}

/** Any value. */
export const scanValue: Scan = (bytes, at, depth) => {
  switch (bytes[at]) {
    case QUOTE:
      return scanString(bytes, at, depth);
    case OPEN_BRACE:
      return scanObject(bytes, at, depth);
    case OPEN_BRACKET:
      return scanList(bytes, at, depth, scanValue);
    case 0x6e:
      return scanNull(bytes, at, depth);
    case 0x74:
    case 0x66:
      return scanBoolean(bytes, at, depth);
    default:
      return scanNumber(bytes, at, depth);
  }
};

const scanObject: Scan = (bytes, open, depth) => scanMap(bytes, open, depth, scanValue);

/** An object, each value of which `scan` takes. */
export function scanMap(bytes: Buffer, open: number, depth: number, scan: Scan): number {
  if (bytes[open] !== OPEN_BRACE || depth >= DEEPEST) return DOUBT;
  if (bytes[open + 1] === CLOSE_BRACE) return open + 2;
  for (let at = open + 1; ; at++) {
    at = scanString(bytes, at, depth);
    if (at < 0 || bytes[at] !== COLON) return DOUBT;
    at = scan(bytes, at + 1, depth + 1);
    if (at < 0) return DOUBT;
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    if (bytes[at] !== COMMA) return DOUBT;
  }
}

/** An array, each element of which `scan` takes. */
export function scanList(bytes: Buffer, open: number, depth: number, scan: Scan): number {
  if (bytes[open] !== OPEN_BRACKET || depth >= DEEPEST) return DOUBT;
  if (bytes[open + 1] === CLOSE_BRACKET) return open + 2;
  for (let at = open + 1; ; at++) {
    at = scan(bytes, at, depth + 1);
    if (at < 0) return DOUBT;
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    if (bytes[at] !== COMMA) return DOUBT;
  }
}

/** A member that a struct knows. */
export interface ScannedField {
  readonly name: string;
  readonly isRequired: boolean;
  readonly scan: Scan;
  /** Is told where the value stands. */
  readonly onFound?: (start: number, end: number) => void;
}

/** More members than bits are left to the grammar. */
const MOST_FIELDS = 31;

/**
 * A scan of an object with these members, in any order; others are passed over. One that stands there twice is left to the
 * grammar. Codex writes members in one order: the one that followed the last time is tried first.
 */
export function scanFields(parts: readonly ScannedField[]): Scan {
  if (parts.length > MOST_FIELDS) return () => DOUBT;
  const keys = parts.map(({ name }) => Buffer.from(`"${name}":`));
  const next = parts.map((_, i) => (i + 1) % parts.length);
  const required = parts.reduce((bits, { isRequired }, i) => (isRequired ? bits | (1 << i) : bits), 0);
  let first = 0;

  const find = (bytes: Buffer, at: number) => {
    for (let i = 0; i < keys.length; i++) if (standsAt(keys[i] as Buffer, bytes, at)) return i;
    return -1;
  };

  return (bytes, open, depth) => {
    if (bytes[open] !== OPEN_BRACE || depth >= DEEPEST) return DOUBT;
    if (bytes[open + 1] === CLOSE_BRACE) return required === 0 ? open + 2 : DOUBT;
    let seen = 0;
    let last = -1;
    for (let at = open + 1; ; at++) {
      let place = last < 0 ? first : (next[last] as number);
      if (place >= keys.length || !standsAt(keys[place] as Buffer, bytes, at)) {
        place = find(bytes, at);
        if (place >= 0 && last < 0) first = place;
        else if (place >= 0) next[last] = place;
      }
      if (place < 0) {
        at = scanOther(bytes, at, depth);
      } else {
        if (seen & (1 << place)) return DOUBT;
        seen |= 1 << place;
        last = place;
        const start = at + (keys[place] as Buffer).length;
        const { scan, onFound } = parts[place] as ScannedField;
        at = scan(bytes, start, depth + 1);
        if (at >= 0) onFound?.(start, at);
      }
      if (at < 0) return DOUBT;
      if (bytes[at] === CLOSE_BRACE) return (seen & required) === required ? at + 1 : DOUBT;
      if (bytes[at] !== COMMA) return DOUBT;
    }
  };
}

/** A member of a name that is not known. One with escapes may be a known one after all. */
function scanOther(bytes: Buffer, start: number, depth: number): number {
  const end = scanString(bytes, start, depth);
  if (end < 0 || bytes[end] !== COLON) return DOUBT;
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return DOUBT;
  return scanValue(bytes, end + 1, depth + 1);
}

/** What is left of an object behind the value of a member, if none of it is called by one of `names`. */
export function scanRest(bytes: Buffer, start: number, depth: number, names: readonly Buffer[]): number {
  let at = start;
  while (bytes[at] === COMMA) {
    for (const name of names) if (standsAt(name, bytes, at + 1)) return DOUBT;
    at = scanOther(bytes, at + 1, depth);
    if (at < 0) return DOUBT;
  }
  return bytes[at] === CLOSE_BRACE ? at + 1 : DOUBT;
}
