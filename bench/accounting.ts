/**
 * Lets real Codex grow forests whose ledger is known, and asks `tree` and other programs what was spent. Answers take 1.3 s, as
 * real ones would at least: programs that tell copies by their times are not at a disadvantage. `--versions 0.169.0,…` says
 * which versions of Codex; names behind it choose scenarios; `--pace 0` answers at once. All of them take some minutes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tokenUsageKeys } from '../src/codex/records/token-count.ts';
import { growForest } from '../test/grow/grow-forest.ts';
import { sumOf } from '../test/grow/ledger.ts';
import { type ScenarioName, scenarioNames } from '../test/grow/scenarios.ts';
import { installCodexVersions } from '../test/support/codex-installations.ts';
import { forestBelow, writtenDown } from '../test/support/forests.ts';
import { ask, installPeers, peers, type SaidUsage } from './peers.ts';

const NEWEST = '0.169.0';

const { values: flags, positionals } = parseArgs({
  args: process.argv.slice(3),
  allowPositionals: true,
  options: { versions: { type: 'string', default: '0.144.6,0.169.0' }, pace: { type: 'string', default: '1300' } },
});
const scenarios = positionals.length > 0 ? (positionals as ScenarioName[]) : scenarioNames;
const versions = flags.versions.split(',');
const names = ['tree', ...peers.map(({ name }) => name), 'plain sum'];
const exact = new Map(names.map((name) => [name, 0]));
let forests = 0;

const folder = mkdtempSync(join(tmpdir(), 'rollout-inspect-bench-'));
const installed = await installCodexVersions([...new Set([...versions, NEWEST])]);
try {
  installPeers(folder);
  console.log(`${peers.map(({ packages }) => packages[0]).join(', ')}; an answer takes ${flags.pace} ms\n`);
  console.log(`| Codex | forest | ledger | ${names.join(' | ')} |`);
  console.log(`| --- | --- | --: | ${names.map(() => '--:').join(' | ')} |`);
  for (const version of versions) for (const name of scenarios) await compare(version, name);
  console.log(`| all | ${forests} forests | | ${names.map((name) => `${exact.get(name)} exact`).join(' | ')} |`);
} finally {
  await installed.remove();
  rmSync(folder, { recursive: true, force: true });
}

async function compare(version: string, name: ScenarioName): Promise<void> {
  const into = join(folder, version, name);
  const options = { paceMs: Number(flags.pace) };
  const { home, ledger } = await growForest(name, installed.binary(version), installed.binary(NEWEST), into, options);
  const truth = sumOf(writtenDown(version, [...ledger]));
  const { total, plainSum } = await forestBelow(home);
  const answers = [asNumbers(total), ...peers.map((peer) => ask(peer, folder, home)), asNumbers(plainSum)];
  const cells = answers.map((said, i) => cell(names[i] as string, said, truth));
  forests++;
  console.log(`| ${[version, name, truth.total_tokens.toLocaleString('en'), ...cells].join(' | ')} |`);
}

/** `exact` in every field; else the total, how far off it is, or what else is wrong. */
function cell(name: string, said: SaidUsage | null, truth: SaidUsage): string {
  if (!said) return 'no answer';
  const wrong = tokenUsageKeys.filter((key) => said[key] !== truth[key]);
  if (wrong.length === 0) {
    exact.set(name, (exact.get(name) ?? 0) + 1);
    return 'exact';
  }
  const off = ((said.total_tokens - truth.total_tokens) / truth.total_tokens) * 100;
  if (off === 0) return `total exact, not ${wrong.map((key) => key.replace(/_tokens$/, '')).join(', ')}`;
  return `${said.total_tokens.toLocaleString('en')} (${off > 0 ? '+' : '−'}${Math.abs(off).toFixed(1)} %)`;
}

function asNumbers(usage: { readonly [K in keyof SaidUsage]: bigint }): SaidUsage {
  return Object.fromEntries(tokenUsageKeys.map((key) => [key, Number(usage[key])])) as SaidUsage;
}
