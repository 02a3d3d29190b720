import {
  boolean,
  type Decoder,
  defaulted,
  defaultedToNull,
  type Field,
  fits64Bits,
  i32,
  i64,
  i64OrU64,
  mismatch,
  number,
  onlyIf,
  optional,
  required,
  string,
  struct,
  unitVariant,
} from '../../json/decode.ts';
import { isCanonicalFloat } from '../../json/rust-float.ts';
import type { LineReading } from '../line-reading.ts';
import { type CodexVersion, isAtLeast } from '../version.ts';

/** Tokens of one response, or of a whole thread, in rollout form (docs/codex.md 3.2). */
export interface TokenUsage {
  readonly input_tokens: bigint;
  readonly cached_input_tokens: bigint;
  /** 0 before Codex 0.145, which ignores the field. */
  readonly cache_write_input_tokens: bigint;
  readonly output_tokens: bigint;
  readonly reasoning_output_tokens: bigint;
  readonly total_tokens: bigint;
}

/** The counts of a TokenUsage, in the order of its fields. */
export const tokenUsageKeys: readonly (keyof TokenUsage)[] = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'output_tokens',
  'reasoning_output_tokens',
  'total_tokens',
];

/** What a `token_count` says, in rollout form (docs/codex.md 3.2). */
export interface TokenUsageInfo {
  /** Everything the thread has used. */
  readonly total_token_usage: TokenUsage;
  /** The latest response: what fills the context window. */
  readonly last_token_usage: TokenUsage;
  /** Size of the context window in tokens. */
  readonly model_context_window: bigint | null;
}

/** What one response of the model cost, since Codex 0.153 (docs/codex.md 3.6). */
export interface TokenUsageRecord {
  readonly thread_id: string;
  readonly turn_id: string;
  readonly response_id: string;
  readonly usage: TokenUsage;
  /** Everything that the thread has used, as these records count it: with what no `token_count` holds. */
  readonly thread_token_usage: TokenUsage;
}

const limitReached = [
  'rate_limit_reached',
  'workspace_owner_credits_depleted',
  'workspace_member_credits_depleted',
  'workspace_owner_usage_limit_reached',
  'workspace_member_usage_limit_reached',
] as const;

/**
 * The `token_count` payload of Codex `version`: its `info`, or null. Fields, their order and the versions that
 * brought them were measured line by line on the released binaries (`test/codex/measured-lines.json`); rate limits
 * matter only because a wrong one drops the line.
 */
export function tokenCountPayload(version: CodexVersion, reading: LineReading): Decoder<TokenUsageInfo | null> {
  const since = (minor: number) => isAtLeast(version, [0, minor, 0]);
  const object = <T extends object>(fields: { readonly [K in keyof T]: Field<T[K]> }) =>
    struct<T>(fields, reading.repeatedKeys);
  const count = reading.minusZero ? i64 : notMinusZero(i64);
  const f64 = floats[reading.floats];
  const tokenUsage = tokenUsageStruct(version, reading);

  const info = object<TokenUsageInfo & { last_usage_includes_reasoning: boolean | null }>({
    total_token_usage: required(tokenUsage),
    last_token_usage: required(tokenUsage),
    last_usage_includes_reasoning: onlyIf(since(166), optional(boolean), null),
    model_context_window: optional(count),
  });
  const rateLimitWindow = object({
    used_percent: required(f64),
    window_minutes: optional(count),
    resets_at: optional(count),
  });
  const credits = object({ has_credits: required(boolean), unlimited: required(boolean), balance: optional(string) });
  const individualLimit = object({
    limit: required(string),
    used: required(string),
    remaining_percent: required(i32),
    resets_at: required(count),
  });
  const rateLimits = object({
    limit_id: optional(string),
    limit_name: optional(string),
    normal_model_slug: onlyIf(since(154), optional(string), null),
    primary: optional(rateLimitWindow),
    secondary: optional(rateLimitWindow),
    credits: optional(credits),
    individual_limit: onlyIf(since(137), optional(individualLimit), null),
    spend_control_reached: onlyIf(since(145), optional(boolean), null),
    plan_type: optional(unitVariant()),
    rate_limit_reached_type: optional(unitVariant(limitReached)),
  });
  const payload = object({ type: required(string), info: optional(info), rate_limits: optional(rateLimits) });
  return (value, field) => withoutExtras(payload(value, field).info);
}

function tokenUsageStruct(version: CodexVersion, reading: LineReading): Decoder<TokenUsage> {
  const since = (minor: number) => isAtLeast(version, [0, minor, 0]);
  const count = reading.minusZero ? i64 : notMinusZero(i64);
  return struct<TokenUsage & { codex_rollout_budget_units: string | null }>(
    {
      input_tokens: required(count),
      cached_input_tokens: required(count),
      cache_write_input_tokens: onlyIf(since(145), defaulted(count, 0n), 0n),
      output_tokens: required(count),
      reasoning_output_tokens: required(count),
      total_tokens: required(count),
      codex_rollout_budget_units: onlyIf(since(147), defaultedToNull(number), null),
    },
    reading.repeatedKeys,
  );
}

/** The payload of a `token_usage_record` as Codex `version` reads it. */
export function tokenUsageRecord(version: CodexVersion, reading: LineReading): Decoder<TokenUsageRecord> {
  const record = struct<TokenUsageRecord>({
    thread_id: required(string),
    turn_id: required(string),
    response_id: required(string),
    usage: required(tokenUsageStruct(version, reading)),
    thread_token_usage: required(tokenUsageStruct(version, reading)),
  });
  return (value, field) => {
    const { usage, thread_token_usage, ...ids } = record(value, field);
    return { ...ids, usage: tokenUsageOnly(usage), thread_token_usage: tokenUsageOnly(thread_token_usage) };
  };
}

function notMinusZero(decoder: Decoder<bigint>): Decoder<bigint> {
  return (value, field) => {
    if (value.raw === '-0') throw mismatch(value, field, 'a whole number');
    return decoder(value, field);
  };
}

/** What a float field takes. */
const floats: Record<LineReading['floats'], Decoder<unknown>> = {
  any: number,
  /** A number kept as written must be written as Rust writes it: `12.5` and `100.0`, not `12.50` and `1e2`. */
  canonical: (value, field) => {
    const raw = number(value, field);
    if (!fits64Bits(value) && !isCanonicalFloat(raw)) throw mismatch(value, field, 'a number as Rust writes it');
    return raw;
  },
  /** A bug of these versions: every number with a fraction or an exponent is refused. */
  whole: i64OrU64,
};

function withoutExtras(info: TokenUsageInfo | null): TokenUsageInfo | null {
  return (
    info && {
      total_token_usage: tokenUsageOnly(info.total_token_usage),
      last_token_usage: tokenUsageOnly(info.last_token_usage),
      model_context_window: info.model_context_window,
    }
  );
}

function tokenUsageOnly(usage: TokenUsage): TokenUsage {
  const { input_tokens, cached_input_tokens, cache_write_input_tokens } = usage;
  const { output_tokens, reasoning_output_tokens, total_tokens } = usage;
  return {
    input_tokens,
    cached_input_tokens,
    cache_write_input_tokens,
    output_tokens,
    reasoning_output_tokens,
    total_tokens,
  };
}
