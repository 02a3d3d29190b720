/**
 * Grows forests and compares what `tree` says of each with its ledger, in a table:
 * `npm run grow -- [SCENARIO…] [--random N]`. Without either every scenario is grown. Exit code 1: something differs, or did
 * not grow; those forests stay where the table says.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installCodexVersions } from '../support/codex-installations.ts';
import { forestDifferences } from '../support/forests.ts';
import type { Forest } from './forest.ts';
import { growForest } from './grow-forest.ts';
import { publishForest } from './publish-forest.ts';
import { growRandomForest } from './random-forest.ts';
import { type ScenarioName, scenarioNames } from './scenarios.ts';

const NEWEST = '0.169.0';

const { values: flags, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    /** Codex versions, with commas between. */
    versions: { type: 'string', default: '0.122.0,0.144.6,0.164.0,0.169.0' },
    /** So many forests of each version that grow at random. */
    random: { type: 'string', default: '0' },
    /** How many actions each of these takes. */
    actions: { type: 'string', default: '30' },
    /** What they depend on, besides their number. */
    seed: { type: 'string', default: 'forest' },
    /** Where all forests are kept, in `FOLDER/VERSION/NAME`; without it those that are as they should be are removed. */
    into: { type: 'string' },
    /** A folder that gets a copy of each without long texts, as `NAME-VERSION`, like those in `test/forests`. */
    publish: { type: 'string' },
  },
});
const unknown = names.filter((name) => !(scenarioNames as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`no scenario ${unknown.join(', ')}; there are: ${scenarioNames.join(' ')}`);
  process.exit(2);
}
const seeds = Array.from({ length: Number(flags.random) }, (_, n) => `${flags.seed} ${n}`);
const scenarios = names.length + seeds.length > 0 ? (names as ScenarioName[]) : scenarioNames;
const versions = flags.versions.split(',');
const into = flags.into ?? mkdtempSync(join(tmpdir(), 'forests-'));
const installed = await installCodexVersions([...new Set([...versions, NEWEST])]);

console.log(line(['version', 'forest', 'ledger', 'tree', 'plain sum', 'lost']));
try {
  for (const version of versions) {
    const [binary, newest] = [installed.binary(version), installed.binary(NEWEST)];
    for (const name of scenarios) await grow(version, name, (folder) => growForest(name, binary, newest, folder));
    const actions = Number(flags.actions);
    for (const seed of seeds) await grow(version, seed, (folder) => growRandomForest(seed, actions, binary, folder));
  }
} finally {
  await installed.remove();
  if (flags.into === undefined && process.exitCode !== 1) rmSync(into, { recursive: true });
}

/** Grows one forest and prints its row. */
async function grow(version: string, name: string, growInto: (folder: string) => Promise<Forest>): Promise<void> {
  const folder = join(into, version, name.replaceAll(' ', '-'));
  rmSync(folder, { recursive: true, force: true });
  try {
    const { refusals } = await growInto(folder);
    const { differences, ledger, ours, plain, lost } = await forestDifferences(version, folder);
    console.log(line([version, name, ledger, ours, plain, lost]));
    for (const refusal of new Set(refusals)) console.log(`  refused ${refusal}`);
    if (flags.publish !== undefined) publishForest(folder, join(flags.publish, `${name}-${version}`));
    if (differences.length > 0) failed(folder, differences);
    else if (flags.into === undefined) rmSync(folder, { recursive: true });
  } catch (error) {
    console.log(line([version, name]));
    failed(folder, [`did not grow: ${(error as Error).message}`]);
  }
}

function failed(folder: string, reasons: readonly string[]): void {
  for (const reason of reasons) console.log(`  ${reason}`);
  console.log(`  see ${folder}`);
  process.exitCode = 1;
}

function line([version = '', name = '', ...figures]: readonly string[]): string {
  return [version.padEnd(7), name.padEnd(20), ...figures.map((figure) => figure.padStart(9))].join('  ').trimEnd();
}
