/**
 * `npm run bench -- growth`: what twice as much hostile input costs, for every kind of it and every command that reads
 * it. Processor time of whole processes, without what it takes to start; of several runs the quickest.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostileInput, hostileInputs } from './hostile-rollouts.ts';
import { Meter } from './measure.ts';

const MAX_GROWTH = 2.2;
/** What takes less is not measured well enough to be judged. In milliseconds. */
const LEAST = 50;
const RUNS = 3;

const cli = join(import.meta.dirname, '..', 'bin', 'rollout-inspect.js');
const folder = mkdtempSync(join(tmpdir(), 'rollout-inspect-growth-'));
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort(new Error(signal)));
const meter = new Meter(folder, stopped.signal);

try {
  print('| input | amount | command | CPU ms | CPU ms, twice as much | growth |');
  print('| --- | ---: | --- | ---: | ---: | ---: |');
  const [, ...only] = process.argv.slice(2);
  for (const input of hostileInputs) {
    if (only.length > 0 && !only.some((word) => input.name.includes(word))) continue;
    await measure(input);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(input: HostileInput): Promise<void> {
  const targets = [1, 2].map((times) => {
    const place = join(folder, `${times}`);
    mkdirSync(place);
    return join(`${times}`, input.write(place, input.amount * times));
  });
  for (const command of input.commands) {
    const start = await cpuOf(command, empty());
    const costs: number[] = [];
    for (const target of targets) costs.push((await cpuOf(command, target)) - start);
    const [once = 0, twice = 0] = costs;
    const growth = twice / Math.max(once, LEAST);
    if (growth > MAX_GROWTH) process.exitCode = 1;
    const verdict = `${growth.toFixed(2)}${growth > MAX_GROWTH ? ' MISS' : ''}`;
    print(`| ${input.name} | ${input.amount} | ${command} | ${once.toFixed(0)} | ${twice.toFixed(0)} | ${verdict} |`);
  }
  for (const times of [1, 2]) rmSync(join(folder, `${times}`), { recursive: true });
}

/** In milliseconds. */
async function cpuOf(command: string, target: string): Promise<number> {
  const costs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { cpuMs, code, stderr } = await meter.node([cli, command, target, '--json', '--codex-home', '.']);
    if (code === 70 || cpuMs === null) throw new Error(`${command} ${target}: ${stderr}`);
    costs.push(cpuMs);
  }
  return Math.min(...costs);
}

/** A rollout that takes no time. */
function empty(): string {
  writeFileSync(join(folder, 'empty.jsonl'), '');
  return 'empty.jsonl';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
