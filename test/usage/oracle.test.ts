import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { eraOf } from '../../src/codex/era.ts';
import { supportedVersion } from '../../src/codex/version.ts';
import { parseRolloutName } from '../../src/history/rollout-name.ts';
import { restoreUsage } from '../../src/index.ts';
import { recordedAnswers } from '../support/oracle.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';

test('usage says what each Codex version restored', async () => {
  const restored = new Map<string, ReturnType<typeof restoreUsage>>();
  let agreed = 0;
  for (const { case: name, kind, version, rollout, usage, params } of recordedAnswers('test/oracle', 'sampled')) {
    // A fork that is cut restores what stood there; an older version opens another rollout of a reverted thread.
    if (!usage || params.lastTurnId || params.beforeTurnId || kind === 'lineage') continue;
    const file = parseRolloutName(basename(rollout));
    const isOfReverted = file?.rolloutId !== file?.threadId;
    if (isOfReverted && !eraOf(supportedVersion(version)).knowsGenerations) continue;
    const key = `${name} ${version}`;
    const reading = restored.get(key) ?? restoreUsage(rollout, { emulate: version });
    restored.set(key, reading);
    expect((await reading).tokenUsageInfo, key).toEqual(threadTokenUsage(usage));
    agreed++;
  }
  console.log(`oracle: ${agreed} restored usages agree`);
  expect(agreed).toBeGreaterThan(700);
});

test.each([
  ['info_null_only', 'info-null-only'],
  ['meta_only', 'no-token-count'],
  ['no_token_count', 'no-token-count'],
  ['p_no_token_count', 'no-token-count'],
  ['p_record_only', 'no-token-count'],
])('%s: there is nothing to restore, and usage says why', async (name, reason) => {
  const answer = await restoreUsage(`test/oracle/${name}/rollout.jsonl`);
  expect(answer).toMatchObject({ tokenUsageInfo: null, restoredFrom: null, reason });
});
