import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckedRollout } from '../../src/check/finding.ts';
import { restoreUsage } from '../../src/usage/restore-usage.ts';
import { random } from '../support/random.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith } from '../support/sample-home.ts';

/** Of each sort, for each sample; ROLLOUT_INSPECT_ALL=1 tries many. */
const EACH = process.env.ROLLOUT_INSPECT_ALL === '1' ? 200 : 6;
const versions = ['0.122.0', '0.144.6', '0.169.0'];
const samples = versions.flatMap((version) =>
  readdirSync(`samples/${version}`).map((name) => [version, name] as const),
);

/** Changed rollouts with the expectation of the real one: `check` may find what it likes, but not pass a changed usage. */
test.each(samples)(
  'samples/%s/%s with a changed byte, or cut, never passes with another usage',
  async (version, name) => {
    const folder = temporaryFolder();
    const codexHome = join(folder, 'home');
    await homeWith(
      readdirSync(`samples/${version}`).map((sample) => join('samples', version, sample)),
      codexHome,
    );
    const original = join('samples', version, name);
    const bytes = readFileSync(original);
    copyFileSync(original, join(folder, 'rollout.jsonl'));
    const written = await runCli(['check', join(folder, 'rollout.jsonl'), '--update', '--codex-home', codexHome]);
    expect(written.code).toBe(0);
    const before = await usageOf(original, codexHome);

    const mutants = join(folder, 'mutants');
    for (const [i, mutant] of mutations(bytes, `${version}/${name}`).entries()) {
      const place = join(mutants, String(i).padStart(3, '0'));
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'rollout.jsonl'), mutant);
      copyFileSync(join(folder, 'rollout.expected.json'), join(place, 'rollout.expected.json'));
    }
    const { code, stdout } = await runCli(['check', mutants, '--ndjson', '--codex-home', codexHome]);
    expect([0, 1, 2]).toContain(code);
    const checked = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Partial<CheckedRollout>)
      .filter((rollout) => rollout.path !== undefined);
    expect(checked).toHaveLength(2 * EACH);
    for (const { path = '', status } of checked) {
      if (status === 'pass') expect(await usageOf(path, codexHome), path).toBe(before);
    }
  },
  60_000,
);

async function usageOf(path: string, codexHome: string): Promise<string> {
  const { tokenUsageInfo } = await restoreUsage(path, { codexHome });
  return JSON.stringify(tokenUsageInfo, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
}

/** Copies with another byte somewhere, and copies that end somewhere. */
function mutations(bytes: Buffer, seed: string): Buffer[] {
  const below = random(seed);
  const flipped = Array.from({ length: EACH }, () => {
    const copy = Buffer.from(bytes);
    const at = below(copy.length);
    copy[at] = (copy[at] as number) ^ (1 + below(255));
    return copy;
  });
  return [...flipped, ...Array.from({ length: EACH }, () => bytes.subarray(0, below(bytes.length)))];
}
