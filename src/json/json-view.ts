/**
 * JSON as serde_json reads it, over bytes: stricter than `JSON.parse` about depth and lone surrogates,
 * and exact about integers. A text is checked once as a whole; `JsonView` then looks into it without
 * building a tree, so that a line of any size costs no more memory than its own bytes.
 */

import { isUtf8 } from 'node:buffer';
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './bytes.ts';
import { JsonError, skipSpace, skipValue } from './grammar.ts';
import { type NumberRule, numberChecks } from './number-rule.ts';
import { textEnd } from './text-end.ts';

/** Objects of more members are looked through each time, so that they take no memory. */
const MOST_REMEMBERED = 64;

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/**
 * Checks that `bytes` hold exactly one JSON value (white space around it is fine) and returns a view of it.
 * @throws {JsonError} with the reason and the byte offset within `bytes`.
 */
export function parseJson(bytes: Buffer, numbers: NumberRule): JsonView {
  if (!isUtf8(bytes)) throw new JsonError('invalid UTF-8', firstInvalidByte(bytes));
  if (BYTE_ORDER_MARK.equals(bytes.subarray(0, BYTE_ORDER_MARK.length))) throw new JsonError('a byte order mark', 0);
  const start = skipSpace(bytes, 0);
  const end = skipValue(bytes, start, 0, numberChecks[numbers]);
  const rest = skipSpace(bytes, end);
  if (rest < bytes.length) throw new JsonError('text after the value', rest);
  return new JsonView(bytes, start, end);
}

/** Where a text stops being UTF-8: there, reading it and writing it again changes it. */
function firstInvalidByte(bytes: Buffer): number {
  const rewritten = Buffer.from(bytes.toString('utf8'));
  return bytes.findIndex((byte, i) => byte !== rewritten[i]);
}

/** A value inside checked JSON bytes. Nothing is decoded before it is asked for. */
export class JsonView {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  /** The members of an object of few, once they have been looked for. */
  #members: readonly [string, JsonView][] | null = null;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get kind(): JsonKind {
    switch (this.#bytes[this.#start]) {
      case OPEN_BRACE:
        return 'object';
      case OPEN_BRACKET:
        return 'array';
      case QUOTE:
        return 'string';
      case 0x74:
      case 0x66:
        return 'boolean';
      case 0x6e:
        return 'null';
      default:
        return 'number';
    }
  }

  /** The JSON text as it stands in the source. */
  get raw(): string {
    return this.#bytes.toString('utf8', this.#start, this.#end);
  }

  get byteLength(): number {
    return this.#end - this.#start;
  }

  /** Where it begins in the source, in bytes. */
  get byteOffset(): number {
    return this.#start;
  }

  /** A string's value. Only for `kind === 'string'`. */
  get text(): string {
    return decodeString(this.#bytes, this.#start, this.#end);
  }

  /** A key of an object that is in `wanted` and stands there twice, if there is one. */
  repeatedKey(wanted: ReadonlySet<string>): string | undefined {
    const seen = new Set<string>();
    for (const [key] of this.entries()) {
      if (seen.has(key)) return key;
      if (wanted.has(key)) seen.add(key);
    }
    return undefined;
  }

  /** The members of an object whose keys are `wanted`; of a repeated key the last one, as in serde_json's Value. */
  members(wanted: ReadonlySet<string>): Map<string, JsonView> {
    const found = new Map<string, JsonView>();
    for (const [key, value] of this.entries()) if (wanted.has(key)) found.set(key, value);
    return found;
  }

  /** The members of an object as they stand there, repeated keys too. */
  entries(): Iterator<[string, JsonView]> & Iterable<[string, JsonView]> {
    return this.#members ? this.#members.values() : this.#readMembers();
  }

  *#readMembers(): Generator<[string, JsonView]> {
    const members: [string, JsonView][] = [];
    let at = skipSpace(this.#bytes, this.#start + 1);
    while (this.#bytes[at] !== CLOSE_BRACE) {
      const keyEnd = checkedStringEnd(this.#bytes, at);
      const key = decodeString(this.#bytes, at, keyEnd);
      const start = skipSpace(this.#bytes, skipSpace(this.#bytes, keyEnd) + 1);
      const end = checkedValueEnd(this.#bytes, start);
      const member: [string, JsonView] = [key, new JsonView(this.#bytes, start, end)];
      if (members.length <= MOST_REMEMBERED) members.push(member);
      yield member;
      at = skipSpace(this.#bytes, end);
      if (this.#bytes[at] === COMMA) at = skipSpace(this.#bytes, at + 1);
    }
    if (members.length <= MOST_REMEMBERED) this.#members = members;
  }

  /** The elements of an array, in order. */
  *elements(): Generator<JsonView> {
    let at = skipSpace(this.#bytes, this.#start + 1);
    while (this.#bytes[at] !== CLOSE_BRACKET) {
      const end = checkedValueEnd(this.#bytes, at);
      yield new JsonView(this.#bytes, at, end);
      at = skipSpace(this.#bytes, end);
      if (this.#bytes[at] === COMMA) at = skipSpace(this.#bytes, at + 1);
    }
  }
}

function decodeString(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
}

/** The end of a value in text that was checked before: nothing is looked at but quotes and brackets. */
function checkedValueEnd(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return checkedStringEnd(bytes, start);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return skipValue(bytes, start, 0);
  let depth = 0;
  for (let at = start; ; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = checkedStringEnd(bytes, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1;
  }
}

function checkedStringEnd(bytes: Buffer, open: number): number {
  let at = textEnd(bytes, open + 1);
  while (bytes[at] === BACKSLASH) at = textEnd(bytes, at + 2);
  return at + 1;
}
