/**
 * Measures what `tap` adds to a message and its answer: the same messages, one after the other, at once or after a pause, to
 * a server that sends back what it gets, with and without `tap --log --record` in between, in turns. Prints medians and 99th
 * percentiles.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Bytes of a message, the pause before the next one in milliseconds, and how many are sent in each turn. */
const loads: readonly (readonly [number, number, number])[] = [
  [200, 5, 500],
  [10_000, 5, 500],
  [1_000_000, 100, 30],
  [200, 0, 10_000],
  [10_000, 0, 3_000],
];
const TURNS = 5;
/** Messages of the first moment wait for the start of the processes, and are left out. In milliseconds. */
const START_MS = 1_000;

const cli = join(import.meta.dirname, '..', 'bin', 'rollout-inspect.js');
const mirror = [process.execPath, '-e', 'process.stdin.pipe(process.stdout)'];
const folder = await mkdtemp(join(tmpdir(), 'rollout-inspect-bench-'));
const files = ['--force', '--log', join(folder, 'log'), '--record', join(folder, 'record')];
const tapped = [process.execPath, cli, 'tap', '--quiet', ...files, '--', ...mirror];

try {
  console.log(`node ${process.version}, milliseconds for a message and its answer, ${TURNS} turns\n`);
  console.log('| bytes | pause | messages | median | with tap | added | 99th | with tap | added |');
  console.log('| --: | --: | --: | --: | --: | --: | --: | --: | --: |');
  for (const [bytes, pause, count] of loads) {
    const times: readonly [number[], number[]] = [[], []];
    for (let turn = 0; turn < TURNS; turn++) {
      times[0].push(...(await roundTrips(mirror, bytes, pause, count)));
      times[1].push(...(await roundTrips(tapped, bytes, pause, count)));
    }
    const cells = [0.5, 0.99].flatMap((part) => {
      const [without, withTap] = [quantile(times[0], part), quantile(times[1], part)];
      return [without, withTap, withTap - without];
    });
    console.log(`| ${bytes} | ${pause} | ${TURNS * count} | ${cells.map((cell) => cell.toFixed(2)).join(' | ')} |`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** How long each message took until all of it had come back. */
async function roundTrips(
  [command = '', ...args]: readonly string[],
  bytes: number,
  pause: number,
  count: number,
): Promise<number[]> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const text = 'x'.repeat(bytes);
  const times: number[] = [];
  const start = performance.now() + START_MS;
  for (let id = 0; times.length < count; id++) {
    const line = `${JSON.stringify({ id, method: 'note', params: { text } })}\n`;
    const before = performance.now();
    await roundTrip(child, line);
    const after = performance.now();
    if (before > start) times.push(after - before);
    if (pause > 0) await wait(pause);
  }
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdin?.end();
  await ended;
  return times;
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
