import type { TokenUsage, TokenUsageInfo } from '../../codex/records/token-count.ts';
import { supportedVersion } from '../../codex/version.ts';
import {
  dictionary,
  fail,
  list,
  nullable,
  object,
  type Reader,
  readStrictJson,
  text,
  whole,
} from '../../json/strict-json.ts';
import type { ThreadTokenUsage, TokenUsageBreakdown } from '../../wire/thread-token-usage.ts';
import type { Expectation, ExpectedLifecycles, ExpectedOutcome } from './expectation.ts';

/** Reads an expectation, in which every key must be known and none may be missing. @throws {StrictJsonError} */
export function readExpectation(bytes: Buffer): Expectation {
  return readStrictJson(bytes, expectation);
}

/** The text of an expectation: keys in a fixed order, integers with all their digits. */
export function expectationText(expectation: Expectation): string {
  return `${jsonText(expectation, '')}\n`;
}

const tokenUsage = object<TokenUsage>({
  input_tokens: whole,
  cached_input_tokens: whole,
  cache_write_input_tokens: whole,
  output_tokens: whole,
  reasoning_output_tokens: whole,
  total_tokens: whole,
});
const tokenUsageInfo = object<TokenUsageInfo>({
  total_token_usage: tokenUsage,
  last_token_usage: tokenUsage,
  model_context_window: nullable(whole),
});
const breakdown = object<TokenUsageBreakdown, { cacheWriteInputTokens: bigint }>(
  {
    totalTokens: whole,
    inputTokens: whole,
    cachedInputTokens: whole,
    outputTokens: whole,
    reasoningOutputTokens: whole,
  },
  { cacheWriteInputTokens: whole },
);
const threadUsage = object<ThreadTokenUsage>({
  total: breakdown,
  last: breakdown,
  modelContextWindow: nullable(whole),
});
const outcome = object<ExpectedOutcome>({
  error: nullable(object({ code: whole })),
  usage: nullable(object({ turnId: text, tokenUsage: threadUsage })),
  stream: list(text),
});
const lifecycles = object<ExpectedLifecycles>({ resume: outcome, fork: outcome });
const byVersion = dictionary(lifecycles, isVersion, 'a supported Codex version');
const one: Reader<1> = (value, path) => (value.raw === '1' ? 1 : fail(value, path, 'not 1'));

const expectation = object<Expectation>({
  version: one,
  tokenUsageInfo: nullable(tokenUsageInfo),
  usageOwner: nullable(text),
  turns: list(object({ id: text, status: text })),
  lifecycle: (value, path) => {
    const found = byVersion(value, path);
    return found.size > 0 ? Object.fromEntries(found) : fail(value, path, 'no version');
  },
});

function isVersion(key: string): boolean {
  try {
    return supportedVersion(key).join('.') === key;
  } catch {
    return false;
  }
}

/** What an expectation is made of. */
type Value = null | number | bigint | string | readonly Value[] | object;

function jsonText(value: Value, indent: string): string {
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isArray = Array.isArray(value);
  const inner = `${indent}  `;
  const members = isArray
    ? value.map((element: Value) => jsonText(element, inner))
    : Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${jsonText(member as Value, inner)}`);
  const [open, close] = isArray ? '[]' : '{}';
  return members.length === 0
    ? `${open}${close}`
    : `${open}\n${inner}${members.join(`,\n${inner}`)}\n${indent}${close}`;
}
