import { type CodexVersion, isAtLeast } from './codex-version.ts';
import {
  boolean,
  type Decoder,
  defaulted,
  defaultedToNull,
  integer,
  mismatch,
  number,
  onlyIf,
  optional,
  required,
  string,
  struct,
  unitVariant,
} from './decode.ts';

/** Tokens of one response, or of a whole thread, in rollout form (codex-facts 2.1). */
export interface TokenUsage {
  readonly input_tokens: bigint;
  readonly cached_input_tokens: bigint;
  /** 0 before Codex 0.145, which ignores the field. */
  readonly cache_write_input_tokens: bigint;
  readonly output_tokens: bigint;
  readonly reasoning_output_tokens: bigint;
  readonly total_tokens: bigint;
}

/** What a `token_count` says, in rollout form (codex-facts 2.2). */
export interface TokenUsageInfo {
  /** Everything the thread has used. */
  readonly total_token_usage: TokenUsage;
  /** The latest response: what fills the context window. */
  readonly last_token_usage: TokenUsage;
  /** Size of the context window in tokens. */
  readonly model_context_window: bigint | null;
}

const I32_MAX = 2n ** 31n - 1n;
const I64_MAX = 2n ** 63n - 1n;

const limitReached = [
  'rate_limit_reached',
  'workspace_owner_credits_depleted',
  'workspace_member_credits_depleted',
  'workspace_owner_usage_limit_reached',
  'workspace_member_usage_limit_reached',
] as const;

/**
 * The `token_count` payload of Codex `version`: its `info`, or null. Fields, their order and the versions that
 * brought them were measured line by line on the released binaries (`test/decode/`); rate limits count only
 * in so far as a wrong one drops the line.
 */
export function tokenCountPayload(version: CodexVersion): Decoder<TokenUsageInfo | null> {
  const since = (minor: number) => isAtLeast(version, [0, minor, 0]);
  const keepsNumbersAsWritten = since(137);
  const i64: Decoder<bigint> = (value, field) => {
    if (!keepsNumbersAsWritten && value.raw === '-0') throw mismatch(value, field, 'a whole number');
    return integer(-I64_MAX - 1n, I64_MAX)(value, field);
  };
  const i32 = integer(-I32_MAX - 1n, I32_MAX);
  const f64 = keepsNumbersAsWritten ? shortestFloat : number;

  const tokenUsage = struct<TokenUsage & { codex_rollout_budget_units: string | null }>({
    input_tokens: required(i64),
    cached_input_tokens: required(i64),
    cache_write_input_tokens: onlyIf(since(145), defaulted(i64, 0n), 0n),
    output_tokens: required(i64),
    reasoning_output_tokens: required(i64),
    total_tokens: required(i64),
    codex_rollout_budget_units: onlyIf(since(146), defaultedToNull(number), null),
  });
  const info = struct<TokenUsageInfo & { last_usage_includes_reasoning: boolean | null }>({
    total_token_usage: required(tokenUsage),
    last_token_usage: required(tokenUsage),
    last_usage_includes_reasoning: onlyIf(since(165), optional(boolean), null),
    model_context_window: optional(i64),
  });
  const rateLimitWindow = struct({
    used_percent: required(f64),
    window_minutes: optional(i64),
    resets_at: optional(i64),
  });
  const credits = struct({ has_credits: required(boolean), unlimited: required(boolean), balance: optional(string) });
  const individualLimit = struct({
    limit: required(string),
    used: required(string),
    remaining_percent: required(i32),
    resets_at: required(i64),
  });
  const rateLimits = struct({
    limit_id: optional(string),
    limit_name: optional(string),
    normal_model_slug: onlyIf(since(151), optional(string), null),
    primary: optional(rateLimitWindow),
    secondary: optional(rateLimitWindow),
    credits: optional(credits),
    individual_limit: onlyIf(since(137), optional(individualLimit), null),
    spend_control_reached: onlyIf(since(145), optional(boolean), null),
    plan_type: optional(unitVariant()),
    rate_limit_reached_type: optional(unitVariant(limitReached)),
  });
  const payload = struct({ type: required(string), info: optional(info), rate_limits: optional(rateLimits) });
  return (value, field) => withoutExtras(payload(value, field).info);
}

/** A number that, kept as written, serde still takes for an f64: the shortest way to write it. */
const shortestFloat: Decoder<string> = (value, field) => {
  const raw = number(value, field);
  const float = Number(raw);
  const isWhole = /^-?\d+$/.test(raw) && raw.length <= 20;
  const exponential = float.toExponential().replace('e+', 'e');
  const isShortest = raw === String(float) || raw === `${float}.0` || raw === exponential;
  if (!Number.isFinite(float) || !(isWhole || isShortest)) throw mismatch(value, field, 'a number in its shortest form');
  return raw;
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
