import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ReadingProgress } from '../../src/commands/shared/reading-progress.ts';
import { WaitingLine } from '../../src/commands/shared/waiting-line.ts';
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

describe('what replay is waiting for is shown at a terminal, and nowhere else', () => {
  const args = ['replay', '--resume', sample, '--server', 'embedded', '--quiet-ms', '10'];

  test('in its order, and gone before anything else is written', async () => {
    const { stderr, screen } = await runCli(args, { errIsTerminal: true, columns: 80 });
    const drawn = stderr.split(ERASE).filter((text) => text !== '' && !/, \d+ s$/.test(text));
    expect([...new Set(drawn)]).toEqual([
      'starting the server',
      'reading the rollout',
      'waiting for the answer',
      'waiting for notifications',
      'replaying it once more: starting the server',
      'replaying it once more: waiting for the answer',
      'replaying it once more: waiting for notifications',
      'looking at what was written',
    ]);
    const { stderr: nothing } = await runCli(args);
    expect(nothing).toBe('');
    // As it stands there in the end: each piece after the last erasure of its line.
    const lines = screen.split('\n').map((line) => line.split(ERASE).at(-1));
    expect(lines.filter((line) => /starting|waiting|replaying it|looking/.test(line ?? ''))).toEqual([]);
    expect(lines.at(-1)).toBe('');
  });

  test('in the width of the terminal that standard error is, also where the answer goes elsewhere', async () => {
    const { stderr } = await runCli(args, { errIsTerminal: true, errColumns: 20 });
    expect(stderr.split(ERASE).filter((text) => text.length > 19)).toEqual([]);
  });

  test('for how long by now', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const written: string[] = [];
    const line = new WaitingLine({ err: async (text) => void written.push(text), errColumns: 29 });
    await line.say('waiting for the answer');
    vi.advanceTimersByTime(12_000);
    await line.above(async () => void written.push('a message'));
    vi.advanceTimersByTime(1_000);
    await line.say('waiting for \x1b[2Jthe notifications');
    await line.end();
    vi.advanceTimersByTime(10_000);
    expect([written[0], written[1], ...written.slice(-7)]).toEqual([
      `${ERASE}waiting for the answer`,
      `${ERASE}waiting for the answer, 1 s`,
      `${ERASE}waiting for the answer, 12 s`,
      ERASE,
      'a message',
      `${ERASE}waiting for the answer, 12 s`,
      `${ERASE}waiting for the answer, 13 s`,
      `${ERASE}waiting for \\x1b[2Jthe notif`,
      ERASE,
    ]);
  });
});

describe('a line of progress', () => {
  const watched = () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const written: string[] = [];
    return { written, progress: new ReadingProgress({ err: async (text) => void written.push(text), errColumns: 80 }) };
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
