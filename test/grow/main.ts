/**
 * Grows forests by hand: `npm run grow -- FOLDER VERSION SCENARIO…` (no scenario: all of them). Each forest goes
 * into `FOLDER/VERSION/SCENARIO`, with its `home`, `ledger.jsonl` and `truth.json`. `--publish INTO` also copies it to
 * `INTO/SCENARIO-VERSION`, without long texts, as the forests in `test/forests` were.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installCodexVersions } from '../support/codex-installations.ts';
import { growForest } from './grow-forest.ts';
import { publishForest } from './publish-forest.ts';
import { type ScenarioName, scenarioNames } from './scenarios.ts';

const NEWEST = '0.169.0';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { publish: { type: 'string' } } });
const [folder, version, ...names] = positionals;
if (!folder || !version || names.some((name) => !scenarioNames.includes(name as ScenarioName))) {
  console.error(
    `usage: npm run grow -- FOLDER VERSION [SCENARIO…] [--publish INTO]\nscenarios: ${scenarioNames.join(' ')}`,
  );
  process.exit(2);
}
const installed = await installCodexVersions([...new Set([version, NEWEST])]);
try {
  for (const name of names.length > 0 ? (names as ScenarioName[]) : scenarioNames) {
    const into = join(folder, version, name);
    rmSync(into, { recursive: true, force: true });
    const { ledger, refusals } = await growForest(name, installed.binary(version), installed.binary(NEWEST), into);
    if (values.publish !== undefined) publishForest(into, join(values.publish, `${name}-${version}`));
    console.log(`${into}: ${ledger.length} responses${refusals.map((refusal) => `\n  refused ${refusal}`).join('')}`);
  }
} finally {
  await installed.remove();
}
