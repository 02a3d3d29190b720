import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { growForest } from '../grow/grow-forest.ts';
import { growRandomForest } from '../grow/random-forest.ts';
import type { ScenarioName } from '../grow/scenarios.ts';
import { type CodexInstallations, installCodexVersions } from '../support/codex-installations.ts';
import { forestDifferences } from '../support/forests.ts';
import { describeRealCodex } from '../support/real-codex.ts';

const versions = ['0.122.0', '0.144.6', '0.164.0', '0.169.0'];
const newest = '0.169.0';

/** A few scenarios of each version and small random forests; `npm run grow` grows all of them. */
const sample: readonly ScenarioName[] = ['subagents-of-forks', 'compaction-local', 'interrupted', 'revert'];
const randomForests = 2;
const randomActions = 10;

const cases = versions.flatMap((version, v) =>
  sample.filter((_, s) => s % 2 === v % 2).map((name) => ({ version, name })),
);
const seeds = Array.from({ length: randomForests }, (_, n) => ({
  version: versions[n % versions.length] as string,
  seed: `forest ${n}`,
}));

let installed: CodexInstallations;
let folder: string;

describeRealCodex('what real Codex spends is what the ledger says', () => {
  beforeAll(async () => {
    installed = await installCodexVersions(versions);
    folder = mkdtempSync(join(tmpdir(), 'forests-'));
  }, 360_000);

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await installed.remove();
  });

  test.each(cases)('$version $name', async ({ version, name }) => {
    const into = join(folder, version, name);
    await growForest(name, installed.binary(version), installed.binary(newest), into);
    expect((await forestDifferences(version, into)).differences).toEqual([]);
  });

  test.each(seeds)('$version $seed', async ({ version, seed }) => {
    const into = join(folder, version, seed.replaceAll(' ', '-'));
    await growRandomForest(seed, randomActions, installed.binary(version), into);
    expect((await forestDifferences(version, into)).differences).toEqual([]);
  });
});
