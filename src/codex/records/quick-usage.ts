import { type Found, found, wholeNumber } from '../../json/found.ts';
import {
  type Scan,
  type ScannedField,
  scanBoolean,
  scanFields,
  scanFloat,
  scanInteger,
  scanNull,
  scanString,
} from '../../json/quick-scan.ts';
import { scannedField as field, orNull } from '../../json/quick-values.ts';
import type { LineReading } from '../line-reading.ts';
import { type CodexVersion, isAtLeast } from '../version.ts';
import { type TokenUsage, type TokenUsageInfo, tokenUsageKeys } from './token-count.ts';

/*
 * Quick scans of usage. They ask more than any version does, so that each version takes what they take: every field that
 * some version knows has its type.
 */

/** One usage, and where its counts stand. */
export class QuickUsage {
  readonly scan: Scan;
  readonly #places: readonly Found[] = tokenUsageKeys.map(found);
  readonly #readsCacheWrite: boolean;

  constructor(version: CodexVersion) {
    this.#readsCacheWrite = isAtLeast(version, [0, 145, 0]);
    const counts = tokenUsageKeys.map((name, i): ScannedField => {
      const { onFound } = this.#places[i] as Found;
      return { name, isRequired: name !== 'cache_write_input_tokens', scan: scanInteger, onFound };
    });
    this.scan = scanFields([...counts, field('codex_rollout_budget_units', scanInteger)]);
  }

  /** Before the next line. */
  forget(): void {
    for (const place of this.#places) place.start = -1;
  }

  take(bytes: Buffer): TokenUsage {
    const count = (i: number) => wholeNumber(bytes, this.#places[i] as Found) ?? 0n;
    return {
      input_tokens: count(0),
      cached_input_tokens: count(1),
      cache_write_input_tokens: this.#readsCacheWrite ? count(2) : 0n,
      output_tokens: count(3),
      reasoning_output_tokens: count(4),
      total_tokens: count(5),
    };
  }
}

/** The payload of a `token_count`. */
export class QuickTokenCount {
  readonly scan: Scan;
  readonly #total: QuickUsage;
  readonly #last: QuickUsage;
  readonly #info = found();
  readonly #window = found();

  constructor(version: CodexVersion, { floats }: LineReading) {
    this.#total = new QuickUsage(version);
    this.#last = new QuickUsage(version);
    const info = scanFields([
      field('total_token_usage', this.#total.scan, true),
      field('last_token_usage', this.#last.scan, true),
      { ...field('model_context_window', orNull(scanInteger)), onFound: this.#window.onFound },
      field('last_usage_includes_reasoning', orNull(scanBoolean)),
    ]);
    this.scan = scanFields([
      field('type', scanString, true),
      { ...field('info', orNull(info)), onFound: this.#info.onFound },
      field('rate_limits', orNull(rateLimits(floats === 'whole' ? scanInteger : scanFloat))),
    ]);
  }

  /** Before the next line. */
  forget(): void {
    this.#info.start = -1;
    this.#window.start = -1;
    this.#total.forget();
    this.#last.forget();
  }

  take(bytes: Buffer): TokenUsageInfo | null {
    if (this.#info.start < 0 || bytes[this.#info.start] === 0x6e) return null;
    return {
      total_token_usage: this.#total.take(bytes),
      last_token_usage: this.#last.take(bytes),
      model_context_window: wholeNumber(bytes, this.#window) ?? null,
    };
  }
}

/** Limits of a person, and those that were reached, are left to the decoder. */
function rateLimits(percentage: Scan): Scan {
  const text = orNull(scanString);
  const whole = orNull(scanInteger);
  const window = orNull(
    scanFields([field('used_percent', percentage, true), field('window_minutes', whole), field('resets_at', whole)]),
  );
  const credits = scanFields([
    field('has_credits', scanBoolean, true),
    field('unlimited', scanBoolean, true),
    field('balance', text),
  ]);
  return scanFields([
    field('limit_id', text),
    field('limit_name', text),
    field('primary', window),
    field('secondary', window),
    field('credits', orNull(credits)),
    field('plan_type', text),
    field('normal_model_slug', text),
    field('individual_limit', scanNull),
    field('spend_control_reached', orNull(scanBoolean)),
    field('rate_limit_reached_type', scanNull),
  ]);
}
