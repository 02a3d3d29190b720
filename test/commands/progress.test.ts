import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ReadingProgress } from '../../src/commands/shared/reading-progress.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

const ERASE = '\r\x1b[K';
const folder = 'samples/0.169.0';
const sample = `${folder}/two-turns.jsonl`;

describe('how far a command is with what it reads is shown at a terminal, and nowhere else', () => {
  beforeEach(() => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 150));
    onTestFinished(() => void vi.restoreAllMocks());
  });

  test.each([
    ['turns', [sample]],
    ['compat', [sample, '--from', '0.168.0']],
  ])('%s: of one rollout its bytes', async (command, args) => {
    const { stderr } = await runCli([command, ...args], { errIsTerminal: true, columns: 80 });
    expect(stderr).toMatch(/[\d.]+ KB of [\d.]+ KB, [\d.]+ s left, [\d.]+ \w+\/s: samples\//);
    expect(stderr.endsWith(ERASE)).toBe(true);
    expect((await runCli([command, ...args])).stderr).toBe('');
  });

  test.each([
    ['usage', () => []],
    ['size', () => []],
    ['check', () => []],
    ['check', () => ['--emulate', '0.145.0', '--emulate', '0.169.0']],
    ['tree', () => []],
    ['export', (out: string) => ['--out', out]],
    ['compat', () => ['--from', '0.168.0']],
    ['redact', (out: string) => ['--output', out]],
  ] as const)('%s: of several also how many there are', async (command, more) => {
    const args = [command, folder, ...more(join(temporaryFolder(), 'out'))];
    const { stderr } = await runCli(args, { errIsTerminal: true, columns: 100 });
    expect(stderr).toMatch(/\d of 9 rollouts, [\d.]+ KB of [\d.]+ KB, [\d.]+ s left, [\d.]+ \w+\/s: samples\//);
    const ofAll = [...stderr.matchAll(/(\d) of 9/g)].map(([, begun]) => Number(begun));
    expect(ofAll).toEqual(ofAll.toSorted());
  });
});

describe('a line of progress', () => {
  const watched = () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const written: string[] = [];
    return { written, progress: new ReadingProgress({ err: async (text) => void written.push(text), columns: 80 }) };
  };

  test('shows the way to the end of a long rollout, and is taken away', async () => {
    const { written, progress } = watched();
    progress.begin('rollout.jsonl');
    await progress.show(1_000_000, 8_000_000_000);
    vi.advanceTimersByTime(2000);
    await progress.show(2_000_000_000, 8_000_000_000);
    await progress.clear();
    expect(written).toEqual([`${ERASE}2.0 GB of 8.0 GB, 6.0 s left, 1.0 GB/s: rollout.jsonl`, ERASE]);
  });

  test('counts the bytes of all rollouts that come, each as often as it is read', async () => {
    const { written, progress } = watched();
    // 14,300 and 1,413 bytes.
    progress.expect([sample, `${folder}/fork.jsonl`], 2);
    progress.begin(sample);
    progress.begin(`${folder}/fork.jsonl`);
    vi.advanceTimersByTime(1000);
    await progress.show(1_413, null);
    expect(written).toEqual([
      `${ERASE}2 of 2 rollouts, 30.0 KB of 31.4 KB, 0.0 s left, 30.0 KB/s: samples/0.169.0/for`,
    ]);
  });
});
