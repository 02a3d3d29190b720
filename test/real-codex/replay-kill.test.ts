import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CliPlace } from '../support/cli-child.ts';
import { until } from '../support/processes.ts';
import { samples, seed } from '../support/random-sample.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { nodeServer } from '../support/scripted-server.ts';

const RUNS = samples(15);
const AT_ONCE = 4;
const LATEST_MS = 1500;
const GONE_MS = 5_000;
const OVER_MS = 100;

const sample = 'samples/0.169.0/two-turns.jsonl';
const onCodex = ['--server', 'codex'];

/** A server that says nothing and that nothing but SIGKILL ends. */
const STUBBORN = nodeServer(`
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
  process.stdin.resume();
  setInterval(() => {}, 1000);
`);

const replays: readonly (readonly string[])[] = [
  ['--resume', sample, ...onCodex],
  ['--fork', sample, ...onCodex],
  ['--rejoin', sample, ...onCodex],
  ['--resume', sample, '--', ...STUBBORN],
  ['--fork', sample, '--', ...STUBBORN],
];

const signals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;

interface Kill {
  readonly replay: readonly string[];
  readonly signal: (typeof signals)[number];
  readonly afterMs: number;
}

interface Aftermath {
  /** Whether it ran until then. */
  readonly killed: boolean;
  /** In words. */
  readonly problems: readonly string[];
  readonly goneMs: number;
  /** Whether a throw-away home was left behind. */
  readonly left: boolean;
}

describeRealCodex('a replay that is killed leaves nothing behind', () => {
  test(`${RUNS} kills at random moments`, { timeout: 180_000 }, async () => {
    const random = mulberry32(seed);
    const kills = Array.from({ length: RUNS }, (_, i): Kill => {
      const replay = replays[i % replays.length] ?? [];
      const signal = signals[Math.floor(i / replays.length) % signals.length] ?? 'SIGKILL';
      return { replay, signal, afterMs: Math.floor(random() * LATEST_MS) };
    });
    const started = performance.now();
    const aftermaths = await inLanes(kills, AT_ONCE, afterKill);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const problems = aftermaths.flatMap(({ problems }, i) => {
      const { replay, signal, afterMs } = kills[i] as Kill;
      return problems.map((problem) => `${signal} after ${afterMs} ms to replay ${replay.join(' ')}: ${problem}`);
    });
    const killed = aftermaths.filter((each) => each.killed);
    const slowest = Math.max(...killed.map(({ goneMs }) => goneMs)).toFixed(0);
    console.log(
      `${RUNS} kills (seed ${seed}) in ${seconds} s: ${killed.length} met a running replay, the slowest was gone after ${slowest} ms; ${aftermaths.filter(({ left }) => left).length} homes left by SIGKILL`,
    );
    expect(problems, `seed ${seed}`).toEqual([]);
    expect(killed.length).toBeGreaterThan(RUNS / 2);
  });
});

describeRealCodex('a replay whose reader leaves', () => {
  test.concurrent.each(['--resume', '--fork', '--rejoin'])(
    'ends in silence: %s',
    (lifecycle) =>
      CliPlace.with(async (place) => {
        const { child, ended } = place.start(['replay', lifecycle, sample, ...onCodex]);
        await once(child.stdout, 'data');
        child.stdout.destroy();
        const { code, stderr } = await ended;
        await until(() => place.processes().length === 0, GONE_MS);
        expect({ code, stderr, homes: place.homes() }).toEqual({ code: 0, stderr: '', homes: [] });
      }),
    30_000,
  );
});

/** Starts a replay, kills it, and sees what is left of it. */
function afterKill({ replay, signal, afterMs }: Kill): Promise<Aftermath> {
  return CliPlace.with(async (place) => {
    const { child, ended } = place.start(['replay', ...replay]);
    await sleep(afterMs);
    const hit = child.kill(signal);
    const killedAt = performance.now();
    const problems: string[] = [];
    try {
      await until(() => place.processes().length === 0, GONE_MS);
    } catch {
      problems.push(`${place.processes().length} processes run ${GONE_MS} ms later`);
    }
    const goneMs = performance.now() - killedAt;
    const { code, signal: endedBy, stderr } = await ended;
    // One that has just ended takes the signal, too, for as long as nobody has asked how it ended.
    const killed = hit && !(code === 0 && goneMs < OVER_MS);
    if (killed && endedBy !== signal) problems.push(`ended with ${endedBy ?? code} ${stderr}`);
    const left = place.homes().length > 0;
    if (left && signal !== 'SIGKILL') problems.push(`left ${place.homes()}`);
    if (left && signal === 'SIGKILL') {
      // What was not yet a home counts as left behind after a minute.
      for (const name of place.homes()) if (name.includes('-begun-')) makeOlder(join(place.temporary, name));
      const next = await place.start(['replay', '--resume', sample, '--server', 'embedded']).ended;
      if (next.code !== 0) problems.push(`the next run ended with ${next.code}: ${next.stderr}`);
      if (place.homes().length > 0) problems.push(`the next run left ${place.homes()}`);
    }
    return { killed, problems, goneMs, left };
  });
}

function makeOlder(path: string): void {
  const minutesAgo = new Date(Date.now() - 2 * 60 * 1_000);
  utimesSync(path, minutesAgo, minutesAgo);
}

/** Does `work` for all items, `width` at a time; the results are in the order of the items. */
async function inLanes<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}

/** Numbers from 0 to below 1 that a seed determines. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
