import { healthyLines } from './corpus.ts';

/**
 * What Codex 0.169 restores, found in the plainest way: line after line, each through JSON.parse. It knows nothing of
 * our sources. Of records that this cannot judge it says so, and then nothing is compared.
 */
export type PlainUsage = { readonly info: unknown } | 'cannot tell';

/** A number as it is written, which JSON.parse would round. */
interface Exact {
  readonly '#': string;
}
type Json = null | boolean | string | Exact | readonly Json[] | { readonly [key: string]: Json };
type Members = { readonly [key: string]: Json };

const KEYS = ['input_tokens', 'cached_input_tokens', 'output_tokens', 'reasoning_output_tokens', 'total_tokens'];
/** From about this depth on serde_json gives up. */
const DEEP = 100;

/** JSON in which numbers stand as they are written. @throws {SyntaxError} */
export function exactJson(text: string): Json {
  JSON.parse(text);
  const tokens = /("(?:[^"\\]|\\.)*")|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
  return JSON.parse(text.replace(tokens, (token, string?: string) => string ?? `{"#":"${token}"}`)) as Json;
}

const healthy = healthyLines().map((line) => exactJson(line) as { type: string; payload: Members });
const knownMetas = new Set(
  healthy.filter(({ type }) => type === 'session_meta').map(({ payload }) => JSON.stringify(payload)),
);
const knownLimits = new Set(healthy.map(({ payload }) => JSON.stringify(payload.rate_limits ?? null)));

/** The usage that the last `token_count` of a rollout of these bytes restores. */
export function plainUsage(rollout: Buffer): PlainUsage {
  let info: unknown = null;
  let isPaginated: boolean | null = null;
  for (const bytes of linesOf(rollout)) {
    const record = recordOf(bytes);
    if (record === 'cannot tell') return record;
    if (record === null) continue;
    if (record.type === 'session_meta') {
      if (!knownMetas.has(JSON.stringify(record.payload))) return 'cannot tell';
      isPaginated ??= (record.payload as Members).history_mode === 'paginated';
      // Codex reads such a rollout back to its last session_meta.
      if (isPaginated) info = null;
    }
    if (record.type !== 'event_msg') continue;
    const count = tokenCount(record.payload as Json);
    if (count === 'cannot tell') return count;
    if (count !== null) info = count;
  }
  return { info };
}

function* linesOf(rollout: Buffer): Generator<Buffer> {
  for (let start = 0; start < rollout.length; ) {
    const end = rollout.indexOf('\n', start);
    yield rollout.subarray(start, end === -1 ? rollout.length : end);
    start = end === -1 ? rollout.length : end + 1;
  }
}

/** Null: Codex skips the line. */
function recordOf(bytes: Buffer): Members | null | 'cannot tell' {
  let record: Json;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    record = exactJson(text);
    if (depthOf(text) > DEEP) return 'cannot tell';
  } catch {
    return null;
  }
  if (!isMembers(record) || /\p{Surrogate}/u.test(textsOf(record))) return null;
  const { timestamp, type, payload, ordinal = null } = record;
  if (typeof timestamp !== 'string' || typeof type !== 'string' || payload === undefined) return null;
  return ordinal === null || isWhole(ordinal, 0n, 2n ** 64n - 1n) ? record : null;
}

/** Null: no `token_count`, one without usage, or one that Codex drops. */
function tokenCount(payload: Json): unknown {
  if (Array.isArray(payload)) return 'cannot tell';
  if (!isMembers(payload) || payload.type !== 'token_count') return null;
  const { info = null, rate_limits = null } = payload;
  if (!knownLimits.has(JSON.stringify(rate_limits))) return 'cannot tell';
  if (!isMembers(info)) return null;
  const {
    total_token_usage,
    last_token_usage,
    model_context_window = null,
    last_usage_includes_reasoning = null,
  } = info;
  if (typeof last_usage_includes_reasoning !== 'boolean' && last_usage_includes_reasoning !== null) return null;
  const total = usage(total_token_usage);
  const last = usage(last_token_usage);
  if (total === 'cannot tell' || last === 'cannot tell') return 'cannot tell';
  if (!total || !last || !(model_context_window === null || isCount(model_context_window))) return null;
  return { total_token_usage: total, last_token_usage: last, model_context_window: digits(model_context_window) };
}

function usage(value: Json | undefined): object | null | 'cannot tell' {
  if (value === undefined || !isMembers(value)) return null;
  if ('codex_rollout_budget_units' in value) return 'cannot tell';
  const { cache_write_input_tokens: cacheWrite = { '#': '0' } } = value;
  if (!isCount(cacheWrite)) return null;
  const counts = KEYS.map((key) => [key, value[key] ?? null] as const);
  if (!counts.every(([, count]) => isCount(count))) return null;
  return Object.fromEntries(
    [...counts, ['cache_write_input_tokens', cacheWrite]].map(([key, count]) => [key, digits(count as Json)]),
  );
}

function isCount(value: Json): value is Exact & Json {
  return isWhole(value, -(2n ** 63n), 2n ** 63n - 1n);
}

function isWhole(value: Json, least: bigint, most: bigint): boolean {
  if (!isExact(value) || !/^-?\d+$/.test(value['#'])) return false;
  const number = BigInt(value['#']);
  return number >= least && number <= most;
}

/** A number without a sign of 0; null as it is. */
function digits(value: Json): string | null {
  return isExact(value) ? `${BigInt(value['#'])}` : null;
}

function isExact(value: Json): value is Exact & Json {
  return typeof value === 'object' && value !== null && '#' in value && typeof value['#'] === 'string';
}

function isMembers(value: Json): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExact(value);
}

/** How deep a JSON text is nested, in members too that a later one of the same name takes the place of. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/gs)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    if (token === ']' || token === '}') depth--;
  }
  return deepest;
}

/** Every text in a value, names too. */
function textsOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, each]) => `${key} ${textsOf(each as Json)}`)
    .join(' ');
}
