import { JsonError } from './grammar.ts';
import { type JsonView, parseJson } from './json-view.ts';

/** JSON of ours that is not as it must be. `path` names the member, `offset` is the byte where its value begins. */
export class StrictJsonError extends Error {
  readonly path: string;
  readonly offset: number;

  constructor(problem: string, path: string, offset: number) {
    super(problem);
    this.path = path;
    this.offset = offset;
  }
}

/** Reads a value of a known shape, of which every member must be known. @throws {StrictJsonError} */
export type Reader<T> = (value: JsonView, path: string) => T;

/** Reads a whole JSON text. The message of an error names the line and the byte. @throws {StrictJsonError} */
export function readStrictJson<T>(bytes: Buffer, read: Reader<T>): T {
  try {
    return read(parseJson(bytes, 'any'), '');
  } catch (error) {
    if (error instanceof JsonError) throw placed(error.message, '', error.offset, bytes);
    if (error instanceof StrictJsonError) throw placed(error.message, error.path, error.offset, bytes);
    throw error;
  }
}

function placed(problem: string, path: string, offset: number, bytes: Buffer): StrictJsonError {
  const line = bytes.subarray(0, offset).toString('latin1').split('\n').length;
  const member = path === '' ? '' : `${path}: `;
  return new StrictJsonError(`line ${line}, byte ${offset}: ${member}${problem}`, path, offset);
}

export function fail(value: JsonView, path: string, problem: string): never {
  throw new StrictJsonError(problem, path, value.byteOffset);
}

export const text: Reader<string> = (value, path) =>
  value.kind === 'string' ? value.text : fail(value, path, 'not a string');

export const flag: Reader<boolean> = (value, path) =>
  value.kind === 'boolean' ? value.raw === 'true' : fail(value, path, 'not true or false');

/** A whole number, with all its digits. */
export const whole: Reader<bigint> = (value, path) =>
  value.kind === 'number' && /^-?\d{1,40}$/.test(value.raw)
    ? BigInt(value.raw)
    : fail(value, path, 'not a whole number');

/** A whole number from `min` to 2^53. */
export function small(min: number): Reader<number> {
  return (value, path) => {
    const number = Number(whole(value, path));
    return number >= min && Number.isSafeInteger(number) ? number : fail(value, path, `not a number from ${min} on`);
  };
}

export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value, path) => (value.kind === 'null' ? null : read(value, path));
}

export function list<T>(read: Reader<T>): Reader<T[]> {
  return (value, path) => {
    if (value.kind !== 'array') fail(value, path, 'not an array');
    return Array.from(value.elements(), (element, i) => read(element, `${path}[${i}]`));
  };
}

/** An object with any keys, all of which `readKey` takes. */
export function dictionary<T>(read: Reader<T>, isKey: (key: string) => boolean, what: string): Reader<Map<string, T>> {
  return (value, path) => {
    const found = new Map<string, T>();
    for (const [key, member, at] of members(value, path)) {
      if (!isKey(key)) fail(member, at, `not ${what}`);
      found.set(key, read(member, at));
    }
    return found;
  };
}

/** An object with these keys. Those of `optional` may be missing, the others not, and there are no more. */
export function object<T extends object, O extends object = object>(
  required: { readonly [K in keyof T]: Reader<T[K]> },
  optional: { readonly [K in keyof O]: Reader<O[K]> } = {} as { readonly [K in keyof O]: Reader<O[K]> },
): Reader<T & Partial<O>> {
  const readers = new Map<string, Reader<unknown>>(Object.entries({ ...required, ...optional }));
  return (value, path) => {
    const found: Record<string, unknown> = {};
    for (const [key, member, at] of members(value, path)) {
      const read = readers.get(key) ?? fail(member, at, 'unknown key');
      found[key] = read(member, at);
    }
    const missing = Object.keys(required).find((key) => !Object.hasOwn(found, key));
    if (missing !== undefined) fail(value, path, `${missing} is missing`);
    return found as T & Partial<O>;
  };
}

function* members(value: JsonView, path: string): Generator<[string, JsonView, string]> {
  if (value.kind !== 'object') fail(value, path, 'not an object');
  const seen = new Set<string>();
  for (const [key, member] of value.entries()) {
    const at = path === '' ? key : `${path}.${key}`;
    if (seen.has(key)) fail(member, at, 'stands there twice');
    seen.add(key);
    yield [key, member, at];
  }
}
