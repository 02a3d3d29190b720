import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { restoreUsage } from '../../src/index.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';

interface Lifecycle {
  readonly error: unknown;
  readonly usage: string | null;
}

interface Expected {
  readonly outcomes: Readonly<Record<string, Readonly<Record<'resume' | 'fork', Lifecycle | null>>>>;
}

const folder = new URL('../oracle/', import.meta.url);
const cases = readdirSync(folder).filter((name) => name !== 'README.md');

/** What a rollout without usage must say; where Codex 0.169.0 answered a resume of it without an error. */
const reasons: Readonly<Record<string, string>> = {
  info_null_only: 'info-null-only',
  meta_only: 'no-token-count',
  no_token_count: 'no-token-count',
  p_no_token_count: 'no-token-count',
  p_record_only: 'no-token-count',
};

/** Codex held the usage, but had no turn to send it with, or never sends it on a cold resume of a fork. */
const heldBack = [
  'count_only_no_turn',
  'p_count_only_no_turn',
  'p_fork_id_without_history_base',
  'response_items_only',
  'x_rb_all_then_count',
];

let agreed = 0;

describe.each(cases)('%s', (name) => {
  const expected: Expected = JSON.parse(readFileSync(new URL(`${name}/expected.json`, folder), 'utf8'));
  const path = new URL(`${name}/rollout.jsonl`, folder).pathname;

  test('says what each Codex version restored', async () => {
    for (const [label, lifecycles] of Object.entries(expected.outcomes)) {
      const version = label.replace(/-.*/, '');
      const restored = await restoreUsage(path, { emulate: version });
      for (const lifecycle of Object.values(lifecycles)) {
        if (!lifecycle?.usage) continue;
        expect(restored.tokenUsageInfo, version).toEqual(threadTokenUsage(lifecycle.usage));
        agreed++;
      }
    }
  });

  const resume = expected.outcomes['0.169.0']?.resume;
  if (resume && !resume.error && !resume.usage && !heldBack.includes(name)) {
    test('says why there is nothing to restore', async () => {
      const restored = await restoreUsage(path);
      expect(restored).toMatchObject({ tokenUsageInfo: null, restoredFrom: null, reason: reasons[name] });
    });
  }
});

test('the oracle was really looked at', () => {
  console.log(`oracle: ${agreed} restored usages agree, in ${cases.length} cases`);
  expect(agreed).toBeGreaterThan(800);
});
