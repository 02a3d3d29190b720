import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { growForest } from '../grow/grow-forest.ts';
import { growRandomForest } from '../grow/random-forest.ts';
import { type ScenarioName, scenarioNames } from '../grow/scenarios.ts';
import { type CodexInstallations, installCodexVersions } from '../support/codex-installations.ts';
import { forestDifferences } from '../support/forests.ts';
import { describeRealCodex } from '../support/real-codex.ts';

const versions = ['0.122.0', '0.144.6', '0.164.0', '0.169.0'];
const newest = '0.169.0';

/** `ROLLOUT_INSPECT_FORESTS=all` grows every scenario with every version, and so many random forests as this says. */
const growsAll = process.env.ROLLOUT_INSPECT_FORESTS === 'all';
const randomForests = Number(process.env.ROLLOUT_INSPECT_RANDOM_FORESTS ?? (growsAll ? 200 : 2));
const randomActions = growsAll ? 30 : 10;
const sample: readonly ScenarioName[] = ['subagents-of-forks', 'compaction-local', 'interrupted', 'revert'];

const cases = versions.flatMap((version, v) =>
  (growsAll ? scenarioNames : sample.filter((_, s) => s % 2 === v % 2)).map((name) => ({ version, name })),
);
const seeds = Array.from({ length: randomForests }, (_, n) => ({
  version: versions[n % versions.length] as string,
  seed: `${process.env.ROLLOUT_INSPECT_SEED ?? 'forest'} ${n}`,
}));

let installed: CodexInstallations;
let folder: string;
const rows: string[] = ['version  scenario              ledger     ours       plain sum  lost'];

describeRealCodex('what real Codex spends is what the ledger says', () => {
  beforeAll(async () => {
    installed = await installCodexVersions(versions);
    folder = mkdtempSync(join(tmpdir(), 'forests-'));
  }, 360_000);

  afterAll(async () => {
    console.log(rows.join('\n'));
    rmSync(folder, { recursive: true, force: true });
    await installed.remove();
  });

  test.each(cases)('$version $name', async ({ version, name }) => {
    const into = join(folder, version, name);
    const forest = await growForest(name, installed.binary(version), installed.binary(newest), into);
    expect(await judged(version, name, into, forest.refusals)).toEqual([]);
  });

  test.each(seeds)('$version $seed', { timeout: 300_000 }, async ({ version, seed }) => {
    const into = join(folder, version, seed.replaceAll(' ', '-'));
    const forest = await growRandomForest(seed, randomActions, installed.binary(version), into);
    expect(await judged(version, seed, into, forest.refusals)).toEqual([]);
  });
});

/** What differs, where it was not removed before. */
async function judged(version: string, name: string, into: string, refusals: readonly string[]): Promise<string[]> {
  const { differences, ledger, ours, plain, lost } = await forestDifferences(version, into);
  const row = [version.padEnd(7), name.padEnd(20), ledger.padEnd(9), ours.padEnd(9), plain.padEnd(9), lost];
  rows.push(
    row.join('  ') + (differences.length > 0 ? '  DIFFERS' : '') + (refusals.length > 0 ? '  (refused in part)' : ''),
  );
  if (differences.length === 0) rmSync(into, { recursive: true, force: true });
  return differences;
}
