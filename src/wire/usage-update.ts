import { isJsonObject, type JsonValue, memberAt } from '../json/json-value.ts';
import type { ThreadTokenUsage, TokenUsageBreakdown } from './thread-token-usage.ts';

/** The params of a `thread/tokenUsage/updated`. */
export interface UsageUpdate {
  readonly threadId: string;
  readonly turnId: string;
  readonly tokenUsage: ThreadTokenUsage;
}

const I64_MAX = 2n ** 63n - 1n;
const counts = ['totalTokens', 'inputTokens', 'cachedInputTokens', 'outputTokens', 'reasoningOutputTokens'] as const;

/** The counts of a breakdown, in the order of the wire. The one in the middle is missing before Codex 0.145. */
const breakdownKeys = [
  'totalTokens',
  'inputTokens',
  'cachedInputTokens',
  'cacheWriteInputTokens',
  'outputTokens',
  'reasoningOutputTokens',
] as const satisfies readonly (keyof TokenUsageBreakdown)[];

/** Reads the params of a `thread/tokenUsage/updated`. @returns what a client cannot decode, in words, instead */
export function usageUpdate(params: JsonValue | undefined): UsageUpdate | string {
  const threadId = memberAt(params, 'threadId');
  const turnId = memberAt(params, 'turnId');
  if (typeof threadId !== 'string') return 'threadId is not a string';
  if (typeof turnId !== 'string') return 'turnId is not a string';
  const total = breakdown(memberAt(params, 'tokenUsage', 'total'));
  if (typeof total === 'string') return `tokenUsage.total${total}`;
  const last = breakdown(memberAt(params, 'tokenUsage', 'last'));
  if (typeof last === 'string') return `tokenUsage.last${last}`;
  const written = memberAt(params, 'tokenUsage', 'modelContextWindow') ?? null;
  const modelContextWindow = written === null ? null : integer(written);
  if (modelContextWindow === undefined) return 'tokenUsage.modelContextWindow is not a whole number of 64 bits';
  return { threadId, turnId, tokenUsage: { total, last, modelContextWindow } };
}

function breakdown(value: JsonValue | undefined): TokenUsageBreakdown | string {
  if (!isJsonObject(value)) return ' is not an object';
  const read = new Map<string, bigint>();
  for (const key of [...counts, ...('cacheWriteInputTokens' in value ? ['cacheWriteInputTokens'] : [])]) {
    const count = integer(value[key]);
    if (count === undefined) return `.${key} is not a whole number of 64 bits`;
    read.set(key, count);
  }
  return Object.fromEntries(read) as unknown as TokenUsageBreakdown;
}

function integer(value: JsonValue | undefined): bigint | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'bigint' && value <= I64_MAX && value >= -I64_MAX - 1n ? value : undefined;
}

/** Where two usages differ: the fields with what was expected and what came. Empty when they are the same. */
export function usageDifferences(expected: ThreadTokenUsage, seen: ThreadTokenUsage): string[] {
  const differences: string[] = [];
  for (const part of ['total', 'last'] as const) {
    for (const key of breakdownKeys) {
      // A server that sends no cacheWriteInputTokens says 0 by that, and a version that has none owes none.
      const owed = expected[part][key] ?? 0n;
      const came = seen[part][key] ?? 0n;
      if (owed !== came) differences.push(`${part}.${key}: expected ${owed}, came ${came}`);
    }
  }
  if (expected.modelContextWindow !== seen.modelContextWindow) {
    differences.push(`modelContextWindow: expected ${expected.modelContextWindow}, came ${seen.modelContextWindow}`);
  }
  return differences;
}

/** How a second replay of the same usage differs from the first, in words; null when it does not. */
export function differenceOf(
  first: UsageUpdate | string | undefined,
  second: UsageUpdate | string | undefined,
): string | null {
  if (!first || !second) {
    if (first) return 'the second one sent no usage';
    return second ? 'only the second one sent usage' : null;
  }
  if (typeof first === 'string' || typeof second === 'string') {
    return first === second ? null : 'only one of the two can be decoded';
  }
  if (first.turnId !== second.turnId) return `the second one names turn ${second.turnId} instead of ${first.turnId}`;
  const differences = usageDifferences(first.tokenUsage, second.tokenUsage);
  return differences.length === 0 ? null : `in the second one ${differences.join('; ')}`;
}
