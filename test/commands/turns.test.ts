import { appendFileSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isCiCommand, logLines } from '../support/ci-runners.ts';
import { actsOnTerminal, hostileTexts } from '../support/hostile-texts.ts';
import {
  sessionMeta,
  taskStarted,
  temporaryFolder,
  threadA,
  threadB,
  tokenCount,
  writeRollout,
} from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { transcript } from '../support/transcript.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';
const narrow = { isTerminal: true, columns: 80, env: { NO_COLOR: '1' } };

test.each([
  ['turns-0.122.0-two-turns', ['turns', 'samples/0.122.0/two-turns.jsonl', '--emulate', '0.122.0']],
  ['turns-0.122.0-fork', ['turns', 'samples/0.122.0/fork-with-turn.jsonl', '--emulate', '0.122.0']],
  ['turns-0.144.6-compacted', ['turns', 'samples/0.144.6/compacted.jsonl', '--emulate', '0.144.6']],
  ['turns-0.144.6-interrupted', ['turns', 'samples/0.144.6/interrupted.jsonl', '--emulate', '0.144.6']],
  ['turns-0.144.6-fork', ['turns', 'samples/0.144.6/fork-of-fork.jsonl', '--emulate', '0.144.6']],
  ['turns-0.169.0-two-turns', ['turns', sample]],
  ['turns-0.169.0-fork', ['turns', 'samples/0.169.0/fork-with-turn.jsonl']],
  ['turns-0.169.0-compacted', ['turns', 'samples/0.169.0/compacted.jsonl']],
  ['turns-0.169.0-no-usage', ['turns', 'samples/0.169.0/no-usage.jsonl']],
  ['turns-rolled-back', ['turns', 'test/oracle/rolled_back_last/rollout.jsonl']],
  ['turns-implicit', ['turns', 'test/oracle/legacy_no_task_events/rollout.jsonl']],
  ['turns-none', ['turns', 'test/oracle/count_only_no_turn/rollout.jsonl']],
  ['turns-dropped', ['turns', 'test/oracle/exp_2e3/rollout.jsonl']],
  ['turns-refused', ['turns', 'test/oracle/nonutf8_in_text/rollout.jsonl']],
  ['turns-missing-ancestor', ['turns', 'test/oracle/p_history_base_missing_parent/rollout.jsonl', '--lenient']],
  ['turns-json', ['turns', 'samples/0.169.0/fork-with-turn.jsonl', '--json']],
  ['turns-ndjson', ['turns', 'samples/0.144.6/compacted.jsonl', '--ndjson']],
  ['turns-csv', ['turns', 'samples/0.144.6/interrupted.jsonl', '--csv']],
  ['turns-help', ['turns', '--help']],
  ['turns-directory', ['turns', 'samples/0.144.6']],
  ['turns-bad-count', ['turns', sample, '--last-turns', '0']],
  ['turns-all-and-last', ['turns', sample, '--all', '--last-turns', '3']],
])('%s', async (name, args) => {
  await expect(await transcript(args)).toMatchFileSnapshot(`../transcripts/${name}.txt`);
});

test('on a terminal of 80 columns', async () => {
  const args = ['turns', 'samples/0.144.6/compacted.jsonl'];
  await expect(await transcript(args, narrow)).toMatchFileSnapshot('../transcripts/turns-80-columns.txt');
});

test('in colour', async () => {
  const args = ['turns', 'samples/0.144.6/fork-with-turn.jsonl', '--color', 'always'];
  await expect(await transcript(args)).toMatchFileSnapshot('../transcripts/turns-colour.txt');
});

test('a rollout is found by its thread id, as the newest one and on standard input', async () => {
  const folder = temporaryFolder();
  const day = join(folder, 'sessions/2026/11/22');
  mkdirSync(day, { recursive: true });
  const meta = JSON.parse(readFileSync(sample, 'utf8').split('\n', 1)[0] ?? '');
  copyFileSync(sample, join(day, `rollout-2026-11-22T10-00-00-${meta.payload.id}.jsonl`));
  const expected = (await runCli(['turns', sample, '--ndjson'])).stdout;
  for (const args of [[meta.payload.id, '--codex-home', folder], ['--last', '--codex-home', folder], ['-']]) {
    const { code, stdout } = await runCli(['turns', ...args, '--ndjson'], { stdin: readFileSync(sample) });
    expect([code, stdout]).toEqual([0, expected]);
  }
});

describe('exit codes', () => {
  const code = async (...args: string[]) => (await runCli(['turns', ...args])).code;
  const good = [sessionMeta(threadA, { model_provider: 'openai' }), taskStarted('a'), tokenCount(100)];

  test('0 for turns, 3 for no rollout, 2 for what cannot be read', async () => {
    const folder = temporaryFolder();
    expect(await code(writeRollout(folder, 'good.jsonl', good))).toBe(0);
    expect(await code(writeRollout(folder, 'empty.jsonl', []))).toBe(3);
    expect(await code(join(folder, 'missing.jsonl'))).toBe(2);
    expect(await code()).toBe(2);
    expect(await code('a', 'b')).toBe(2);
    expect(await code(sample, '--emulate', '0.1.0')).toBe(2);
  });

  test('3 for lines that Codex skips, unless lenient; not for a torn last line', async () => {
    const damaged = writeRollout(temporaryFolder(), 'damaged.jsonl', [...good, 'x', tokenCount(200)]);
    expect(await code(damaged)).toBe(3);
    expect(await code(damaged, '--lenient')).toBe(0);
    const torn = writeRollout(temporaryFolder(), 'torn.jsonl', good);
    appendFileSync(torn, '{"timestamp":"2026');
    expect(await code(torn)).toBe(0);
  });

  test('3 for history that is missing or cut off, even if lenient', async () => {
    const folder = temporaryFolder();
    const parent = [sessionMeta(threadB, { history_mode: 'paginated', model_provider: 'openai' })];
    const bytes = Buffer.byteLength(`${parent[0]}\n`);
    const child = (end_byte_offset: number) =>
      sessionMeta(threadA, {
        history_mode: 'paginated',
        history_base: { thread_id: threadB, end_ordinal_exclusive: 1, end_byte_offset },
      });
    const orphan = writeRollout(folder, 'child.jsonl', [child(bytes)]);
    expect(await code(orphan, '--lenient')).toBe(3);
    writeRollout(folder, `rollout-2026-11-22T10-00-00-${threadB}.jsonl`, parent);
    expect(await code(orphan)).toBe(0);
    const beyond = writeRollout(folder, 'beyond.jsonl', [child(bytes + 1)]);
    expect(await code(beyond, '--lenient')).toBe(3);
  });
});

test('skipped lines are named with their offsets, of very many the last hundred, and the last few on standard error', async () => {
  const meta = sessionMeta(threadA, { model_provider: 'openai' });
  const path = writeRollout(temporaryFolder(), 'damaged.jsonl', [meta, ...Array.from({ length: 250 }, () => 'x')]);
  const { stdout, stderr } = await runCli(['turns', path, '--json']);
  const last = Buffer.byteLength(meta) + 1 + 2 * 249;
  const { notices } = JSON.parse(stdout);
  expect(notices).toHaveLength(101);
  expect(notices[0].message).toContain('150 more lines');
  expect(notices.at(-1)).toMatchObject({ id: 'unreadable-line', path, byteOffset: last });
  expect(stderr).toContain(`byte ${last}: Codex skips this line`);
  expect(stderr.split('\n').length).toBeLessThan(10);
});

describe('a thread of very many turns', () => {
  const turnId = (i: number) => `019d2f00-0000-7000-8000-${String(i).padStart(12, '0')}`;
  const rollout = (count = 1200) => {
    const turns = Array.from({ length: count }, (_, i) => [taskStarted(turnId(i)), tokenCount(2 * (i + 1))]);
    const meta = sessionMeta(threadA, { model_provider: 'openai' });
    return writeRollout(temporaryFolder(), 'long.jsonl', [meta, ...turns.flat()]);
  };
  const rows = (stdout: string) => stdout.split('\n').filter((line) => /^019d2f00…/.test(line));

  test('shows the last 30, and totals of all', async () => {
    const { stdout } = await runCli(['turns', rollout()]);
    expect(rows(stdout)).toHaveLength(30);
    expect(rows(stdout).at(-1)).toContain('1199');
    expect(stdout).toContain('the last 30 of 1,200 turns; --all shows them all');
    expect(stdout).toContain('own usage of 1,200 turns: 2,400 tokens\nrestored total: 2,400 tokens, the same');
  });

  test('shows as many as are asked for, and all with --all, by ids that differ', async () => {
    const path = rollout(300);
    expect(rows((await runCli(['turns', path, '--last-turns', '3'])).stdout)).toHaveLength(3);
    const { stdout } = await runCli(['turns', path, '--all']);
    expect(new Set(rows(stdout).map((row) => row.split(' ')[0])).size).toBe(300);
    expect(stdout).not.toContain('--all');
  });

  test('gives programs all, unless they ask for fewer', async () => {
    const path = rollout();
    expect(JSON.parse((await runCli(['turns', path, '--json'])).stdout).turns).toHaveLength(1200);
    expect((await runCli(['turns', path, '--csv'])).stdout.trimEnd().split('\n')).toHaveLength(1201);
    const { stdout } = await runCli(['turns', path, '--last-turns', '2', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ turnCount: 1200, turns: [{ id: turnId(1198) }, { id: turnId(1199) }] });
  });
});

describe('on a narrow terminal', () => {
  const day = (n: number) => 1_774_605_600 + n * 86_400;
  const started = (id: string, at: number) =>
    JSON.stringify({
      timestamp: '2026-03-27T10:00:00.000Z',
      type: 'event_msg',
      payload: { type: 'task_started', turn_id: id, started_at: at },
    });
  const wide = (days: number) =>
    writeRollout(temporaryFolder(), 'wide.jsonl', [
      sessionMeta(threadA, { model_provider: 'openai' }),
      ...Array.from({ length: 5 }, (_, i) => [
        started(`019d2f0${i}-0000-7000-8000-00000000abc${i}`, day(i % days)),
        tokenCount(400_000 * (i + 1)),
      ]).flat(),
    ]);

  test.each([1, 3])('every row fits and keeps its numbers, starts on %i days', async (days) => {
    const { stdout } = await runCli(['turns', wide(days)], narrow);
    const table = stdout.split('\n').filter((line) => /…|%|own usage /.test(line));
    expect(table.length).toBeGreaterThan(5);
    for (const row of table) expect(row.length).toBeLessThanOrEqual(80);
    expect(stdout).toContain('400,000');
    expect(stdout).toContain(days === 1 ? '10:00:00' : '03-29 10:00');
  });
});

test('nothing that a rollout says acts on a terminal or a CI log', async () => {
  for (const text of hostileTexts) {
    const folder = temporaryFolder();
    const name = text.replaceAll('/', '').replaceAll('\0', '');
    const meta = sessionMeta(threadA, { cli_version: text, model_provider: text });
    const lines = [meta, taskStarted(text), tokenCount(100), taskStarted(`${text}${'x'.repeat(20)}`), text];
    const path = writeRollout(folder, `${name}.jsonl`, lines);
    const formats = [[], ['--json'], ['--ndjson'], ['--csv'], ['--last-turns', text], ['--emulate', text]];
    for (const args of [...formats.map((format) => [...format, '--', path]), ['--', text]]) {
      const { stdout, stderr } = await runCli(['turns', ...args]);
      const where = JSON.stringify([text, args]);
      expect(actsOnTerminal(stdout + stderr), where).toBe(false);
      expect([...logLines(stdout), ...logLines(stderr)].filter(isCiCommand), where).toEqual([]);
    }
  }
});
