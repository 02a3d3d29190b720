/** Other programs that tell what Codex spent, installed from npm when they are asked for. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TokenUsage, tokenUsageKeys } from '../src/codex/records/token-count.ts';

/** What a program says was spent in a Codex home, in the words of rollouts. */
export type SaidUsage = Readonly<Record<keyof TokenUsage, number>>;

export interface Peer {
  readonly name: string;
  readonly packages: readonly string[];
  /** The command line, below the folder that the packages were installed into. */
  readonly command: (folder: string, codexHome: string) => readonly string[];
  readonly read: (output: string) => SaidUsage;
}

const platform = `${process.platform}-${process.arch}`;
/** The package called `tokscale` is older and needs Bun. */
const tokscale = `@tokscale/cli-${platform}${process.platform === 'linux' ? '-gnu' : ''}`;

export const peers: readonly Peer[] = [
  {
    name: 'ccusage',
    packages: [`@ccusage/ccusage-${platform}@20.0.24`],
    command: (folder) => [
      executable(join(folder, 'node_modules/@ccusage', `ccusage-${platform}`, 'bin/ccusage')),
      ...['codex', 'daily', '--json', '--offline'],
    ],
    read: (output) => {
      const { totals } = JSON.parse(output) as { totals: Record<string, number> };
      return said(totals, 'cacheCreationTokens', 'reasoningOutputTokens');
    },
  },
  {
    name: 'tokscale',
    packages: [`${tokscale}@4.17.0`],
    command: (folder) => [
      executable(join(folder, 'node_modules', tokscale, 'bin/tokscale')),
      ...['models', '--json', '--client', 'codex'],
    ],
    read: (output) => {
      const { entries } = JSON.parse(output) as { entries: Record<string, number>[] };
      const sum = (name: string) => entries.reduce((all, entry) => all + (entry[name] ?? 0), 0);
      return usage(
        sum('input'),
        sum('cacheRead'),
        sum('cacheWrite'),
        sum('output') + sum('reasoning'),
        sum('reasoning'),
      );
    },
  },
  {
    name: 'llm-usage-metrics',
    // It needs Node 24.
    packages: ['llm-usage-metrics@0.8.0', `node-${platform}@24`],
    command: (folder, codexHome) => [
      join(folder, 'node_modules', `node-${platform}`, 'bin/node'),
      join(folder, 'node_modules/llm-usage-metrics/dist/index.js'),
      ...['daily', '--json', '--quiet', '--source', 'codex', '--codex-dir', codexHome, '--ignore-pricing-failures'],
    ],
    read: (output) => {
      const { data } = JSON.parse(output) as { data: Record<string, number>[] };
      return said(data.at(-1) ?? {}, 'cacheWriteTokens', 'reasoningTokens');
    },
  },
];

/** Installs all of them into a folder, also those that run on another Node. */
export function installPeers(folder: string): void {
  const packages = peers.flatMap((peer) => peer.packages);
  const args = ['install', '--no-audit', '--no-fund', '--engine-strict=false', '--prefix', folder, ...packages];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder });
  if (status !== 0) throw new Error('npm did not install the other programs');
}

/** What a program says; null when it does not run or says nothing of use. `folder`: where it is installed, and has its home. */
export function ask({ command, read }: Peer, folder: string, codexHome: string): SaidUsage | null {
  const [program = '', ...args] = command(folder, codexHome);
  const env = { PATH: process.env.PATH, HOME: folder, CODEX_HOME: codexHome, TZ: 'UTC' };
  const { stdout, status } = spawnSync(program, args, { env, encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) return null;
  try {
    return read(stdout);
  } catch {
    return null;
  }
}

/** Their launchers do that when they run first. */
function executable(path: string): string {
  if (existsSync(path)) chmodSync(path, 0o755);
  return path;
}

/** Counts that tell what was written to the cache and read from it beside the input, as Codex's own do not. */
function said(counts: Readonly<Record<string, number>>, written: string, reasoning: string): SaidUsage {
  const count = (name: string) => counts[name] ?? 0;
  return usage(count('inputTokens'), count('cacheReadTokens'), count(written), count('outputTokens'), count(reasoning));
}

function usage(otherInput: number, cached: number, written: number, output: number, reasoning: number): SaidUsage {
  const input = otherInput + cached + written;
  const values = [input, cached, written, output, reasoning, input + output];
  return Object.fromEntries(tokenUsageKeys.map((key, i) => [key, values[i] ?? 0])) as SaidUsage;
}
