import { isJsonObject, type JsonObject, type JsonValue, WrittenNumber } from '../json/json-value.ts';
import { invalidRequest, type RequestError } from './request-error.ts';

const U32_MAX = 2 ** 32 - 1;

/**
 * The `params` of a request, read as serde reads Codex's structs: unknown members are ignored.
 * Every reader throws a {@link RequestError} that says what Codex would say.
 */
export class Params {
  readonly #members: JsonObject;

  /** `struct`: what Codex calls them. */
  constructor(value: JsonValue | undefined, struct: string) {
    if (value === undefined || value === null) throw missing('params');
    if (!isJsonObject(value)) throw mismatch(value, `struct ${struct}`);
    this.#members = value;
  }

  /** A string that must be there. */
  string(name: string): string {
    const value = this.#required(name);
    if (typeof value !== 'string') throw mismatch(value, 'a string');
    return value;
  }

  /** A string; null when it is missing or null. `expected`: what Codex says it should be. */
  optionalString(name: string, expected = 'a string'): string | null {
    const value = this.#optional(name);
    if (value !== null && typeof value !== 'string') throw mismatch(value, expected);
    return value;
  }

  /** One of some words; null when it is missing or null. */
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | null {
    const value = this.optionalString(name);
    if (value === null || words.some((word) => word === value)) return value as Word | null;
    const known = words.map((word) => `\`${word}\``).join(', ');
    throw invalidRequest(`unknown variant \`${value}\`, expected one of ${known}`);
  }

  /** True or false; false when it is missing. */
  flag(name: string): boolean {
    const value = Object.hasOwn(this.#members, name) ? this.#required(name) : false;
    if (typeof value !== 'boolean') throw mismatch(value, 'a boolean');
    return value;
  }

  /** The same where null is fine too. */
  optionalFlag(name: string): boolean {
    return this.#optional(name) !== null && this.flag(name);
  }

  /** A whole number of 32 bits; null when it is missing or null. */
  optionalU32(name: string): number | null {
    const value = this.#optional(name);
    if (value === null) return null;
    const isInteger = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
    if (!isInteger) throw mismatch(value, 'u32');
    if (value < 0 || value > U32_MAX) throw invalidRequest(`invalid value: integer \`${value}\`, expected u32`);
    return Number(value);
  }

  /** A whole number of 32 bits that must be there. */
  u32(name: string): number {
    this.#required(name);
    return this.optionalU32(name) ?? 0;
  }

  /** An array that must be there. */
  array(name: string): readonly JsonValue[] {
    const value = this.#required(name);
    if (!Array.isArray(value)) throw mismatch(value, 'a sequence');
    return value;
  }

  /** The strings of an array; none when it is missing or null. */
  strings(name: string): readonly string[] {
    const value = this.#optional(name);
    if (value === null) return [];
    if (!Array.isArray(value)) throw mismatch(value, 'a sequence');
    return value.map((each) => {
      if (typeof each !== 'string') throw mismatch(each, 'a string');
      return each;
    });
  }

  /** One string or an array of them; none when it is missing or null. */
  stringOrStrings(name: string): readonly string[] {
    return typeof this.#optional(name) === 'string' ? [this.string(name)] : this.strings(name);
  }

  /** Whatever stands there; null when it is missing. */
  raw(name: string): JsonValue {
    return this.#optional(name);
  }

  /** An object that must be there. */
  object(name: string, struct: string): Params {
    return new Params(this.#required(name), struct);
  }

  /** An object; null when it is missing or null. */
  optionalObject(name: string, struct: string): Params | null {
    const value = this.#optional(name);
    return value === null ? null : new Params(value, struct);
  }

  #required(name: string): JsonValue {
    const value = Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
    if (value === undefined) throw missing(name);
    return value;
  }

  #optional(name: string): JsonValue {
    return Object.hasOwn(this.#members, name) ? (this.#members[name] ?? null) : null;
  }
}

function missing(name: string): RequestError {
  return invalidRequest(`missing field \`${name}\``);
}

function mismatch(value: JsonValue, expected: string): RequestError {
  return invalidRequest(`invalid type: ${named(value)}, expected ${expected}`);
}

/** What serde calls a value. */
function named(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'sequence';
  if (value instanceof WrittenNumber) return `floating point \`${value.text}\``;
  switch (typeof value) {
    case 'string':
      return `string ${JSON.stringify(value)}`;
    case 'boolean':
      return `boolean \`${value}\``;
    case 'object':
      return 'map';
    default:
      return typeof value === 'number' && !Number.isInteger(value)
        ? `floating point \`${value}\``
        : `integer \`${value}\``;
  }
}
