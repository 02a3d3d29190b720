import { tokenUsageKeys } from '../../codex/records/token-count.ts';
import type { Expectation } from './expectation.ts';

/** A field that differs. */
export interface FieldDifference {
  /** For example `lifecycle.0.169.0.resume.usage.turnId`. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** A field that differs, and how many others differ for no other reason. */
export interface RootDifference extends FieldDifference {
  readonly echoes: number;
}

/**
 * The differences that stand for themselves: the usage that is restored is also what a resume and a fork send, so that
 * one changed number differs in several fields.
 */
export function rootDifferences(all: readonly FieldDifference[]): RootDifference[] {
  const roots = all.map((difference) => rootOf(difference, all));
  return all
    .filter((difference, i) => roots[i] === difference)
    .map((difference) => ({ ...difference, echoes: roots.filter((root) => root === difference).length - 1 }));
}

function rootOf(difference: FieldDifference, all: readonly FieldDifference[]): FieldDifference {
  const [, member, field] = /^lifecycle\..*\.(?:resume|fork)\.(stream|usage)(?:\.(.*))?$/.exec(difference.path) ?? [];
  if (member === undefined) return difference;
  // There is usage where there was none, or the other way round: then the messages differ as a whole.
  if (field === undefined) return all.find(({ path }) => path === 'tokenUsageInfo') ?? difference;
  const restored = restoredFields.get(field);
  const { expected, actual } = difference;
  return (
    all.find((each) => each.path === restored && each.expected === expected && each.actual === actual) ?? difference
  );
}

/** Which field of the expectation a field of a usage message repeats. */
const restoredFields: ReadonlyMap<string, string> = new Map([
  ['turnId', 'usageOwner'],
  ['tokenUsage.modelContextWindow', 'tokenUsageInfo.model_context_window'],
  ...['total', 'last'].flatMap((part) =>
    tokenUsageKeys.map((key): [string, string] => [
      `tokenUsage.${part}.${camelCase(key)}`,
      `tokenUsageInfo.${part}_token_usage.${key}`,
    ]),
  ),
]);

function camelCase(key: string): string {
  return key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
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
