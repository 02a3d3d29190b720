import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckedRollout } from '../../src/check/finding.ts';
import { growForest } from '../grow/grow-forest.ts';
import type { ScenarioName } from '../grow/scenarios.ts';
import { type CodexInstallations, installCodexVersions } from '../support/codex-installations.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

const versions = ['0.122.0', '0.144.6', '0.157.1', '0.164.0', '0.169.0'];
const newest = '0.169.0';
/** What Codex writes in most different ways. By hand: `npm run grow` grows the others, and `check` says nothing of them. */
const scenarios: readonly ScenarioName[] = [
  'everyday',
  'subagents',
  'compaction-remote',
  'revert',
  'archive',
  'overflow',
  'migrated',
];

describeRealCodex('check finds no fault in what Codex itself writes', () => {
  let installed: CodexInstallations;
  beforeAll(async () => {
    installed = await installCodexVersions(versions);
  }, 600_000);
  afterAll(() => installed.remove());

  test.each(versions)(
    'homes grown by %s',
    async (version) => {
      for (const scenario of scenarios) {
        const folder = temporaryFolder();
        const { home } = await growForest(scenario, installed.binary(version), installed.binary(newest), folder);
        const { stdout } = await runCli(['check', home, '--codex-home', home, '--json']);
        const { rollouts } = JSON.parse(stdout) as { rollouts: readonly CheckedRollout[] };
        expect(rollouts.length, scenario).toBeGreaterThan(0);
        const faults = rollouts.flatMap(({ findings }) => findings.filter(({ severity }) => severity !== 'info'));
        expect(faults, scenario).toEqual([]);
      }
    },
    300_000,
  );
});
