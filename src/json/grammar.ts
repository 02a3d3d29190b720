/**
 * The grammar of JSON as serde_json checks it, over bytes. Each `skip…` returns where what starts at `at` ends.
 */

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
  ZERO,
} from './bytes.ts';
import type { NumberCheck } from './number-rule.ts';
import { Refusal } from './refusal.ts';
import { textEnd } from './text-end.ts';

/** serde_json gives up at the 128th nested array or object (docs/codex.md 2.1). */
const MAX_DEPTH = 127;

const NINE = 0x39;

/** Why a text is not JSON for serde_json, and at which byte of it. */
export class JsonError extends Refusal {
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(problem);
    this.offset = offset;
  }
}

export function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/** The end of the value that starts at `at`, which lies inside `depth` arrays and objects. */
export function skipValue(bytes: Buffer, at: number, depth: number, check?: NumberCheck): number {
  switch (bytes[at]) {
    case QUOTE:
      return skipString(bytes, at);
    case OPEN_BRACE:
      return skipObject(bytes, at, depth + 1, check);
    case OPEN_BRACKET:
      return skipArray(bytes, at, depth + 1, check);
    case 0x74:
      return skipWord(bytes, at, 'true');
    case 0x66:
      return skipWord(bytes, at, 'false');
    case 0x6e:
      return skipWord(bytes, at, 'null');
    case undefined:
      throw new JsonError('the text ends early', at);
    default:
      return skipNumber(bytes, at, check);
  }
}

function skipObject(bytes: Buffer, open: number, depth: number, check?: NumberCheck): number {
  checkDepth(depth, open);
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] === CLOSE_BRACE) return at + 1;
  for (;;) {
    expect(bytes, at, QUOTE, 'a key');
    at = skipSpace(bytes, skipString(bytes, at));
    expect(bytes, at, COLON, "':'");
    at = skipValue(bytes, skipSpace(bytes, at + 1), depth, check);
    at = skipSpace(bytes, at);
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    expect(bytes, at, COMMA, "',' or '}'");
    at = skipSpace(bytes, at + 1);
  }
}

function skipArray(bytes: Buffer, open: number, depth: number, check?: NumberCheck): number {
  checkDepth(depth, open);
  let at = skipSpace(bytes, open + 1);
  if (bytes[at] === CLOSE_BRACKET) return at + 1;
  for (;;) {
    at = skipSpace(bytes, skipValue(bytes, at, depth, check));
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    expect(bytes, at, COMMA, "',' or ']'");
    at = skipSpace(bytes, at + 1);
  }
}

function checkDepth(depth: number, at: number): void {
  if (depth > MAX_DEPTH) throw new JsonError(`nested deeper than ${MAX_DEPTH} levels`, at);
}

function skipString(bytes: Buffer, open: number): number {
  for (let at = open + 1; ; ) {
    at = textEnd(bytes, at);
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === undefined) throw new JsonError('the text ends inside a string', at);
    if (byte !== BACKSLASH) throw new JsonError('a raw control character in a string', at);
    at = skipEscape(bytes, at);
  }
}

function skipEscape(bytes: Buffer, at: number): number {
  const escaped = bytes[at + 1];
  if (escaped !== 0x75) {
    if (escaped === undefined || !isEscape(escaped)) throw new JsonError('an unknown escape in a string', at);
    return at + 2;
  }
  const unit = hex4(bytes, at);
  if (unit >= 0xdc00 && unit <= 0xdfff) throw new JsonError('a lone surrogate escape', at);
  if (unit < 0xd800 || unit > 0xdbff) return at + 6;
  const isPair = bytes[at + 6] === BACKSLASH && bytes[at + 7] === 0x75;
  const low = isPair ? hex4(bytes, at + 6) : 0;
  if (low < 0xdc00 || low > 0xdfff) throw new JsonError('a lone surrogate escape', at);
  return at + 12;
}

/** The code unit of the `\uXXXX` at `at`. */
function hex4(bytes: Buffer, at: number): number {
  const digits = bytes.toString('latin1', at + 2, at + 6);
  if (!/^[0-9a-f]{4}$/i.test(digits)) throw new JsonError('an incomplete \\u escape', at);
  return Number.parseInt(digits, 16);
}

function skipNumber(bytes: Buffer, start: number, check?: NumberCheck): number {
  let at = start;
  if (bytes[at] === MINUS) at++;
  if (!isDigit(bytes[at])) throw new JsonError(`${byteName(bytes[start])} where a value is expected`, start);
  if (bytes[at] === ZERO && isDigit(bytes[at + 1])) throw new JsonError('a number with a leading zero', start);
  at = skipDigits(bytes, at);
  if (bytes[at] === 0x2e) at = skipDigits(bytes, at + 1);
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at++;
    if (bytes[at] === MINUS || bytes[at] === 0x2b) at++;
    at = skipDigits(bytes, at);
  }
  const problem = check?.(bytes, start, at);
  if (problem) throw new JsonError(problem, start);
  return at;
}

function byteName(byte: number | undefined): string {
  return byte !== undefined && byte > 0x20 && byte < 0x7f
    ? `'${String.fromCharCode(byte)}'`
    : `byte 0x${(byte ?? 0).toString(16).padStart(2, '0')}`;
}

function skipDigits(bytes: Buffer, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  if (at === start) throw new JsonError('a number without digits', start);
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function skipWord(bytes: Buffer, at: number, word: string): number {
  for (let i = 1; i < word.length; i++) {
    if (bytes[at + i] !== word.charCodeAt(i)) throw new JsonError('not a JSON value', at);
  }
  return at + word.length;
}

function expect(bytes: Buffer, at: number, byte: number, what: string): void {
  if (bytes[at] === byte) return;
  throw at < bytes.length
    ? new JsonError(`${what} expected`, at)
    : new JsonError(`the text ends where ${what} is expected`, at);
}
