/**
 * Measures what `tap` adds to a message and its answer: the same messages, one after the other, to a server that sends back
 * what it gets, with and without `tap --log --record` in between, in turns. Prints medians and 99th percentiles.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes of a message, and how many are sent in each turn. */
const loads: readonly (readonly [number, number])[] = [
  [200, 2_000],
  [10_000, 1_000],
  [1_000_000, 60],
];
const TURNS = 5;

const cli = join(import.meta.dirname, '..', 'bin', 'rollout-inspect.js');
const mirror = [process.execPath, '-e', 'process.stdin.pipe(process.stdout)'];
const folder = await mkdtemp(join(tmpdir(), 'rollout-inspect-bench-'));
const files = ['--force', '--log', join(folder, 'log'), '--record', join(folder, 'record')];
const tapped = [process.execPath, cli, 'tap', '--quiet', ...files, '--', ...mirror];

try {
  console.log(`node ${process.version}, milliseconds for a message and its answer, ${TURNS} turns\n`);
  console.log('| bytes | messages | median | with tap | added | 99th | with tap | added |');
  console.log('| --: | --: | --: | --: | --: | --: | --: | --: |');
  for (const [bytes, count] of loads) {
    const times: readonly [number[], number[]] = [[], []];
    for (let turn = 0; turn < TURNS; turn++) {
      times[0].push(...(await roundTrips(mirror, bytes, count)));
      times[1].push(...(await roundTrips(tapped, bytes, count)));
    }
    const cells = [0.5, 0.99].flatMap((part) => {
      const [without, withTap] = [quantile(times[0], part), quantile(times[1], part)];
      return [without, withTap, withTap - without];
    });
    console.log(`| ${bytes} | ${TURNS * count} | ${cells.map((cell) => cell.toFixed(2)).join(' | ')} |`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** How long each message took until all of it had come back; the first ones, which wait for the start, left out. */
async function roundTrips([command = '', ...args]: readonly string[], bytes: number, count: number): Promise<number[]> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const text = 'x'.repeat(bytes);
  const times: number[] = [];
  for (let id = 0; id < count + 20; id++) {
    const line = `${JSON.stringify({ id, method: 'note', params: { text } })}\n`;
    const before = performance.now();
    await roundTrip(child, line);
    times.push(performance.now() - before);
  }
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdin?.end();
  await ended;
  return times.slice(20);
}

function roundTrip(child: ChildProcess, line: string): Promise<void> {
  return new Promise((resolve) => {
    let left = line.length;
    const onData = (chunk: Buffer) => {
      left -= chunk.length;
      if (left > 0) return;
      child.stdout?.off('data', onData);
      resolve();
    };
    child.stdout?.on('data', onData);
    child.stdin?.write(line);
  });
}

function quantile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
}
