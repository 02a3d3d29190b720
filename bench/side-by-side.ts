/**
 * Measures commands beside what people would use else, as whole processes, in turns, on rollouts that are made on the fly and
 * removed at the end. Prints one table: medians, the ratio, and whether a goal is reached. `--only TEXT` runs the rows whose
 * name holds it; `--gigabytes 4` makes the large rollout larger; ccusage is installed into the same temporary folder.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeHome } from './make-home.ts';
import { makeRollout, type RolloutShape } from './make-rollout.ts';
import { areInstalled, type Measurement, Meter } from './measure.ts';

/** A command line of bash, in the folder of the rollouts. `ours`: one of this program's commands, after its name. */
type Side = { readonly ours: string } | { readonly other: string; readonly needs?: readonly string[] };

interface Work {
  readonly name: string;
  readonly side: { readonly ours: string };
  readonly than: Side;
  /** The ratio that is aimed at, of CPU time or of the time on the wall. */
  readonly goal: number;
  readonly by: 'cpu' | 'wall';
  /** Memory that is aimed at, in MB. */
  readonly memory?: number;
  readonly inputs: readonly string[];
}

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '5' },
    gigabytes: { type: 'string', default: '1' },
  },
});
const runs = Number(flags.runs);
const large = Number(flags.gigabytes) * 1e9;

const cli = join(import.meta.dirname, '..', 'bin', 'rollout-inspect.js');
const folder = await mkdtemp(join(tmpdir(), 'rollout-inspect-bench-'));
const meter = new Meter(folder, new AbortController().signal);
const ccusage = join(folder, 'node_modules/@ccusage', `ccusage-${process.platform}-${process.arch}`, 'bin/ccusage');

/** Reads a file to its end in blocks and looks for line ends: the least that a forward pass can do. */
const SCAN = `const fs=require('fs'),f=fs.openSync(process.argv[1]),b=Buffer.allocUnsafe(262144);let n,l=0;
while((n=fs.readSync(f,b,0,b.length,null))>0){const c=b.subarray(0,n);for(let i=c.indexOf(10);i>=0;i=c.indexOf(10,i+1))l++}`;

const shapes: Readonly<Record<string, RolloutShape>> = {
  'small.jsonl': { bytes: 5000, hasUsage: true, texts: 'short', instructions: 2000 },
  'large.jsonl': { bytes: large, hasUsage: true, openTurnBytes: 100_000 },
  'short.jsonl': { bytes: 100e6, hasUsage: true, texts: 'short' },
  'short-4.jsonl': { bytes: 400e6, hasUsage: true, texts: 'short' },
  'line.jsonl': { bytes: 610e6, hasUsage: true, lastLineBytes: 600e6 },
};

const jq = { other: `jq -c 'select(.type=="event_msg")' short.jsonl > /dev/null`, needs: ['jq'] };
const reportOf = (home: string) => ({
  other: `CODEX_HOME=${home} ${ccusage} codex daily --json --offline > /dev/null`,
  needs: [ccusage],
});
const report = reportOf('home');
const nothing = { other: 'node -e 0' };
const works: readonly Work[] = [
  work('usage, 5 KB', 'usage small.jsonl', nothing, 1.25, 'cpu', ['small.jsonl']),
  work(
    'usage, 1 GB',
    'usage large.jsonl',
    { ours: 'usage small.jsonl' },
    1.1,
    'cpu',
    ['small.jsonl', 'large.jsonl'],
    60,
  ),
  work('usage, 2,000 rollouts', 'usage home/sessions', report, 0.7, 'cpu', ['home']),
  work('turns, 100 MB of short lines', 'turns short.jsonl', jq, 0.3, 'cpu', ['short.jsonl'], 120),
  work('check, 100 MB of short lines', 'check short.jsonl', jq, 0.6, 'cpu', ['short.jsonl'], 150),
  work('check, 2,000 rollouts', 'check home/sessions', report, 2.5, 'wall', ['home']),
  work('tree, 2,000 rollouts, 200 forks', 'tree forks --json', reportOf('forks'), 1.2, 'cpu', ['forks'], 150),
  work('size, 1 GB', 'size large.jsonl', { other: `node -e "${SCAN}" large.jsonl` }, 1.5, 'wall', ['large.jsonl'], 120),
  work(
    'usage, the last 600 MB are a line',
    'usage line.jsonl',
    { other: 'cat line.jsonl > /dev/null' },
    3,
    'cpu',
    ['line.jsonl'],
    120,
  ),
  work(
    'turns, 4 × the bytes',
    'turns short-4.jsonl',
    { ours: 'turns short.jsonl' },
    4.4,
    'cpu',
    ['short.jsonl', 'short-4.jsonl'],
    150,
  ),
  work(
    'check, 4 × the bytes',
    'check short-4.jsonl',
    { ours: 'check short.jsonl' },
    4.4,
    'cpu',
    ['short.jsonl', 'short-4.jsonl'],
    150,
  ),
];

function work(
  name: string,
  ours: string,
  than: Side,
  goal: number,
  by: Work['by'],
  inputs: readonly string[],
  memory?: number,
): Work {
  return { name, side: { ours }, than, goal, by, inputs, ...(memory !== undefined && { memory }) };
}

try {
  await measureAll(works.filter(({ name }) => name.includes(flags.only)));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measureAll(chosen: readonly Work[]): Promise<void> {
  if (chosen.some(({ than }) => 'needs' in than && than.needs?.includes(ccusage))) installPeer();
  console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, medians of ${runs} runs in turns\n`);
  console.log('| work | CPU s | wall s | peak MB | beside | its CPU s | its wall s | ratio | goal | |');
  console.log('| --- | --: | --: | --: | --- | --: | --: | --: | --- | --- |');
  for (const each of chosen) {
    for (const input of each.inputs) await make(input);
    console.log(await row(each));
  }
}

async function row({ name, side, than, goal, by, memory }: Work): Promise<string> {
  const missing = 'needs' in than ? than.needs?.filter((tool) => !isThere(tool)) : [];
  if (missing?.length) return `| ${name} | | | | not installed: ${missing} | | | | | |`;
  const own: Measurement[] = [];
  const others: Measurement[] = [];
  for (let run = 0; run < runs; run++) {
    own.push(await measured(side));
    others.push(await measured(than));
  }
  const peak = ((await meter.node([cli, ...side.ours.split(' ')])).peakBytes ?? 0) / 1e6;
  const [cpu, wall] = [median(own, 'cpuMs'), median(own, 'wallMs')];
  const [itsCpu, itsWall] = [median(others, 'cpuMs'), median(others, 'wallMs')];
  const ratio = by === 'cpu' ? cpu / itsCpu : wall / itsWall;
  const isReached = ratio <= goal && (memory === undefined || peak <= memory);
  const beside = 'ours' in than ? than.ours : than.other.replace(ccusage, 'ccusage').replace(SCAN, '…').split(' >')[0];
  const aim = `${goal} of ${by}${memory === undefined ? '' : `, ${memory} MB`}`;
  const cells = [
    name,
    text(cpu),
    text(wall),
    peak.toFixed(0),
    `\`${beside}\``,
    text(itsCpu),
    text(itsWall),
    ratio.toFixed(2),
  ];
  return `| ${cells.join(' | ')} | ${aim} | ${isReached ? 'reached' : 'missed'} |`;
}

function measured(side: Side): Promise<Measurement> {
  return meter.shell('ours' in side ? `node ${cli} ${side.ours} > /dev/null` : side.other);
}

function isThere(tool: string): boolean {
  return tool.includes('/') ? existsSync(tool) : areInstalled([tool]);
}

function installPeer(): void {
  const args = ['install', '--no-audit', '--no-fund', '--prefix', folder, 'ccusage@20.0.24'];
  spawnSync('npm', args, { stdio: 'ignore', cwd: folder });
  // Its own launcher does that when it runs first.
  if (existsSync(ccusage)) chmodSync(ccusage, 0o755);
}

async function make(name: string): Promise<void> {
  const path = join(folder, name);
  if (existsSync(path)) return;
  const signal = new AbortController().signal;
  const shape = shapes[name];
  if (shape) {
    await makeRollout(path, shape, signal);
    return;
  }
  await makeHome(path, { rollouts: 2000, forks: name === 'forks' ? 200 : 0, bytes: 200_000 }, signal);
}

function median(all: readonly Measurement[], key: 'cpuMs' | 'wallMs'): number {
  const sorted = all.map((each) => each[key] ?? Number.NaN).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function text(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}
