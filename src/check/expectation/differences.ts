import type { Expectation } from './expectation.ts';

/** A field that differs. */
export interface FieldDifference {
  /** For example `lifecycle.0.169.0.resume.usage.turnId`. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** What `text` says of a field that is not there. */
const ABSENT = 'nothing';

/** Every field in which two expectations differ, in the order of the first. */
export function expectationDifferences(expected: Expectation, actual: Expectation): FieldDifference[] {
  return differences(expected, actual, '');
}

function differences(expected: unknown, actual: unknown, path: string): FieldDifference[] {
  if (isDeep(expected) && isDeep(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) =>
      differences(member(expected, key), member(actual, key), join(path, key, Array.isArray(expected))),
    );
  }
  const [before, now] = [text(expected), text(actual)];
  return before === now ? [] : [{ path, expected: before, actual: now }];
}

/** An object, or an array of objects; an array of plain values is compared as a whole. */
function isDeep(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) || value.every(isDeep);
}

function member(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function join(path: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function text(value: unknown): string {
  if (value === undefined) return ABSENT;
  if (typeof value === 'bigint') return `${value}`;
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, each]) => `${key}: ${text(each)}`)
    .join(', ')}}`;
}
