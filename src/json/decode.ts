import type { JsonView } from './json-view.ts';
import { Refusal } from './refusal.ts';

/**
 * Typed fields out of JSON, as serde derives them for Codex's structs: a wrong type anywhere drops the whole line,
 * unknown fields are ignored, of repeated keys the last one counts (docs/codex.md 2.2, 2.5).
 */
export class DecodeError extends Refusal {
  /** Where in the line, for example `payload.info.total_token_usage.input_tokens`. */
  readonly field: string;

  constructor(field: string, problem: string) {
    super(problem);
    this.field = field;
  }
}

/** Reads the value of `field`. @throws {DecodeError} when Codex would not take it. */
export type Decoder<T> = (value: JsonView, field: string) => T;

export const string: Decoder<string> = (value, field) => {
  if (value.kind !== 'string') throw mismatch(value, field, 'a string');
  return value.text;
};

export const boolean: Decoder<boolean> = (value, field) => {
  if (value.kind !== 'boolean') throw mismatch(value, field, 'true or false');
  return value.raw === 'true';
};

export const number: Decoder<string> = (value, field) => {
  if (value.kind !== 'number') throw mismatch(value, field, 'a number');
  return value.raw;
};

/** A whole number, written without fraction and exponent, from `min` to `max`. */
function integer(min: bigint, max: bigint): Decoder<bigint> {
  return (value, field) => {
    if (!isWhole(value)) throw mismatch(value, field, 'a whole number');
    const result = BigInt(value.raw);
    if (result < min || result > max) throw mismatch(value, field, `a whole number from ${min} to ${max}`);
    return result;
  };
}

const I64_MIN = -(2n ** 63n);
const U64_MAX = 2n ** 64n - 1n;

/** Rust's integers of 32 and 64 bits. */
export const i32 = integer(-(2n ** 31n), 2n ** 31n - 1n);
export const i64 = integer(I64_MIN, 2n ** 63n - 1n);
export const u32 = integer(0n, 2n ** 32n - 1n);
export const u64 = integer(0n, U64_MAX);
/** A whole number that serde keeps as one: an i64 or a u64. */
export const i64OrU64 = integer(I64_MIN, U64_MAX);

/** Whether a value is one of these. */
export function fits64Bits(value: JsonView): boolean {
  return isWhole(value) && BigInt(value.raw) >= I64_MIN && BigInt(value.raw) <= U64_MAX;
}

/** Whether a value is a number written without fraction and exponent, of a length worth reading. */
function isWhole(value: JsonView): boolean {
  return value.kind === 'number' && value.byteLength <= 40 && /^-?\d+$/.test(value.raw);
}

/** One of `names`, or any name when there are none; serde also takes `{"name": null}` and `{"name": {}}`. */
export function unitVariant(names?: readonly string[]): Decoder<string> {
  return (value, field) => {
    const name = value.kind === 'object' ? variantName(value) : value.kind === 'string' ? value.text : undefined;
    if (name === undefined) throw mismatch(value, field, 'a name');
    if (names && !names.includes(name)) throw mismatch(value, field, `one of ${names.join(', ')}`);
    return name;
  };
}

function variantName(value: JsonView): string | undefined {
  let only: [string, JsonView] | undefined;
  for (const entry of value.entries()) {
    if (only && only[0] !== entry[0]) return undefined;
    only = entry;
  }
  const isUnit = only?.[1].kind === 'null' || (only?.[1].kind === 'object' && only[1].entries().next().done);
  return isUnit ? only?.[0] : undefined;
}

/** `null` is fine too. */
function nullable<T>(decoder: Decoder<T>): Decoder<T | null> {
  return (value, field) => (value.kind === 'null' ? null : decoder(value, field));
}

/** A field of a struct. */
export interface Field<T> {
  /** Null for a field that this version of the struct does not have. */
  readonly decoder: Decoder<T> | null;
  /** What counts when it is missing from an object; undefined: then the line is dropped. */
  readonly missing?: { readonly value: T; readonly alsoInArray: boolean };
}

export function required<T>(decoder: Decoder<T>): Field<T> {
  return { decoder };
}

/** Null when missing or null. */
export function optional<T>(decoder: Decoder<T>): Field<T | null> {
  return { decoder: nullable(decoder), missing: { value: null, alsoInArray: false } };
}

/** `value` when missing. */
export function defaulted<T>(decoder: Decoder<T>, value: T): Field<T> {
  return { decoder, missing: { value, alsoInArray: true } };
}

/** Null when missing or null, like `optional`, but in an array too. */
export function defaultedToNull<T>(decoder: Decoder<T>): Field<T | null> {
  return { decoder: nullable(decoder), missing: { value: null, alsoInArray: true } };
}

/** `field` if this version of the struct has it, else it is ignored and always `value`. */
export function onlyIf<T>(exists: boolean, field: Field<T>, value: T): Field<T> {
  return exists ? field : { decoder: null, missing: { value, alsoInArray: true } };
}

/**
 * An object with these fields, or an array with their values in this order, which serde takes as well. `repeated`:
 * whether the last of several equal keys counts, or a known key must not stand there twice.
 */
export function struct<T extends object>(
  fields: { readonly [K in keyof T]: Field<T[K]> },
  repeated: 'last' | 'error' = 'last',
): Decoder<T> {
  const entries = Object.entries(fields) as [string, Field<unknown>][];
  const known = entries.filter(([, { decoder }]) => decoder !== null).map(([name]) => name);
  const names = new Set(known);
  return (value, field) => {
    if (value.kind !== 'object' && value.kind !== 'array') throw mismatch(value, field, 'an object');
    if (repeated === 'error' && value.kind === 'object') refuseRepeatedKeys(value, names, field);
    const isArray = value.kind === 'array';
    const members = isArray ? zip(known, value, field) : value.members(names);
    const decoded: Record<string, unknown> = {};
    for (const [name, each] of entries) decoded[name] = member(each, members, name, field, isArray);
    return decoded as T;
  };
}

/** An array of these. */
export function listOf<T>(decoder: Decoder<T>): Decoder<T[]> {
  return (value, field) => {
    if (value.kind !== 'array') throw mismatch(value, field, 'an array');
    return Array.from(value.elements(), (element, i) => decoder(element, `${field}[${i}]`));
  };
}

const TAG = new Set(['type']);

/** One of these structs, by its first field, `type`. */
export function tagged<T>(structs: Record<string, Decoder<T>>): Decoder<T> {
  const decoders = new Map(Object.entries(structs));
  return (value, field) => {
    if (value.kind !== 'object' && value.kind !== 'array') throw mismatch(value, field, 'an object');
    const tag = value.kind === 'array' ? value.elements().next().value : value.members(TAG).get('type');
    const decoder = tag?.kind === 'string' ? decoders.get(tag.text) : undefined;
    if (!decoder) throw mismatch(value, field, `one of type ${[...decoders.keys()].join(', ')}`);
    return decoder(value, field);
  };
}

/** The member `name` of an object, or of an array read as one, that stands at `parent`. */
export function member<T>(
  { decoder, missing }: Field<T>,
  members: ReadonlyMap<string, JsonView>,
  name: string,
  parent = '',
  isArray = false,
): T {
  const value = members.get(name);
  if (value && decoder) return decoder(value, join(parent, name));
  if (missing && (missing.alsoInArray || !isArray)) return missing.value;
  throw new DecodeError(join(parent, name), 'missing');
}

/** @throws {DecodeError} when one of the keys in `names` stands twice in an object */
export function refuseRepeatedKeys(object: JsonView, names: ReadonlySet<string>, field: string): void {
  const key = object.repeatedKey(names);
  if (key !== undefined) throw new DecodeError(join(field, key), 'stands there twice');
}

function join(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}

function zip(names: readonly string[], array: JsonView, field: string): Map<string, JsonView> {
  const members = new Map<string, JsonView>();
  for (const element of array.elements()) {
    const name = names[members.size];
    if (name === undefined) throw new DecodeError(field, `an array of more than ${names.length}`);
    members.set(name, element);
  }
  return members;
}

export function mismatch(value: JsonView, field: string, wanted: string): DecodeError {
  return new DecodeError(field, `${describe(value)} is not ${wanted}`);
}

function describe(value: JsonView): string {
  if (value.kind === 'object' || value.kind === 'array') return `an ${value.kind}`;
  return value.byteLength <= 40 ? value.raw : `a ${value.kind} of ${value.byteLength} bytes`;
}
