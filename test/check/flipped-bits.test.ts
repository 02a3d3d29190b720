import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { checkRollout } from '../../src/check/check-rollout.ts';
import { supportedVersion } from '../../src/codex/version.ts';
import { restoreUsage } from '../../src/usage/restore-usage.ts';
import { checkOptions } from '../support/check-options.ts';
import { random } from '../support/random.ts';
import { samples } from '../support/random-sample.ts';
import { temporaryFolder } from '../support/rollout.ts';

/** How many bits are flipped in each sample. */
const FLIPS = samples(20);

/** What says, without an expectation, that a number was changed or a count lost. */
const told = ['total-does-not-follow', 'window-differs-once', 'turn-without-count'];

test.each(['0.122.0', '0.144.6', '0.169.0'])(
  'a flipped bit in a token_count of %s that changes the restored usage is told without an expectation',
  async (version) => {
    const sample = `samples/${version}/two-turns.jsonl`;
    const bytes = readFileSync(sample);
    const before = await usageOf(sample);
    const places = placesOfCounts(bytes);
    const below = random(sample);
    let changed = 0;
    for (let i = 0; i < FLIPS; i++) {
      const at = places[below(places.length)] as number;
      const copy = Buffer.from(bytes);
      copy[at] = (bytes[at] as number) ^ (1 << below(8));
      const path = join(temporaryFolder(), 'rollout.jsonl');
      writeFileSync(path, copy);
      if ((await usageOf(path)) === before) continue;
      changed++;
      expect(await graveFindings(path), `byte ${at} is now ${copy[at]}`).not.toEqual([]);
    }
    expect(changed).toBeGreaterThan(FLIPS / 10);
  },
);

test('nothing of that is said about rollouts as Codex wrote them', async () => {
  // The last record of it was written by hand, with a reasoning_output_tokens that does not follow.
  const ignore = 'test/cases/dup-ordinal/**';
  for (const path of globSync(['samples/*/*.jsonl', 'test/cases/**/*.jsonl'], { ignore }))
    expect(await findingsOf(path), path).toEqual([]);
});

test('among the rollouts of the oracle it is said of those alone whose counts were changed by hand', async () => {
  const changed = new Set<string>();
  for (const path of globSync('test/oracle/*/rollout.jsonl')) {
    if ((await findingsOf(path)).length > 0) changed.add(path.split('/').at(-2) ?? '');
  }
  expect([...changed].sort()).toEqual([
    'dup_input_tokens',
    'int_2p53_plus1',
    'int_i64_max',
    'int_i64_min',
    'int_negative',
    'missing_window',
    'neg_zero',
    'p_dup_input_tokens',
    'x_cache_write_bigger_version',
    'zero_window',
  ]);
});

async function findingsOf(path: string): Promise<string[]> {
  const { findings } = await checkRollout(path, checkOptions());
  return findings.map(({ id }) => id).filter((id) => told.includes(id));
}

async function graveFindings(path: string): Promise<string[]> {
  const { findings } = await checkRollout(path, checkOptions({ versions: [supportedVersion('0.169.0')] }));
  return findings.filter(({ id, severity }) => severity !== 'info' && id !== 'deviation').map(({ id }) => id);
}

async function usageOf(path: string): Promise<string> {
  const { tokenUsageInfo } = await restoreUsage(path);
  return JSON.stringify(tokenUsageInfo, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
}

/** Where in a rollout the bytes of its records of usage stand. */
function placesOfCounts(rollout: Buffer): number[] {
  const places: number[] = [];
  for (let start = 0; start < rollout.length; ) {
    const end = rollout.indexOf('\n', start);
    if (rollout.subarray(start, end).includes('"info":{')) for (let at = start; at < end; at++) places.push(at);
    start = end + 1;
  }
  return places;
}
