import { type JsonView, parseJson } from './json-view.ts';

/** A JSON value that has lost nothing: whole numbers beyond 2^53 are `bigint`. */
export type JsonValue = null | boolean | string | number | bigint | WrittenNumber | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A number that JavaScript would write in another way than it stood there, for example `2000.0` or `1e400`. */
export class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may be a number that `JSON.parse` does not keep as it is. */
const MAY_BE_UNUSUAL = /\d{16}|\d[.eE]|-0/;

/**
 * The value of `bytes`, which hold one JSON text as serde_json reads it.
 * @throws {JsonError} with the reason and the byte offset
 */
export function jsonValue(bytes: Buffer): JsonValue {
  const view = parseJson(bytes, 'any');
  const text = bytes.toString('utf8');
  return MAY_BE_UNUSUAL.test(text) ? exactValue(view) : (JSON.parse(text) as JsonValue);
}

function exactValue(view: JsonView): JsonValue {
  switch (view.kind) {
    case 'object':
      return Object.fromEntries(Array.from(view.entries(), ([key, member]) => [key, exactValue(member)]));
    case 'array':
      return Array.from(view.elements(), exactValue);
    case 'string':
      return view.text;
    case 'number':
      return exactNumber(view.raw);
    case 'boolean':
      return view.raw === 'true';
    default:
      return null;
  }
}

function exactNumber(text: string): JsonValue {
  const number = Number(text);
  const isExact = Number.isSafeInteger(number) || !Number.isInteger(number);
  if (isExact && String(number) === text) return number;
  return /^-?\d+$/.test(text) && text !== '-0' ? BigInt(text) : new WrittenNumber(text);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber);
}

/** The member at the end of `path`, if every step of it is an object. */
export function memberAt(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const key of path) at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return at;
}
