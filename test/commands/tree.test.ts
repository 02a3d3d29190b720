import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actsOnTerminal } from '../support/hostile-texts.ts';
import {
  sessionMeta,
  taskStarted,
  temporaryFolder,
  threadA,
  threadB,
  threadC,
  tokenCount,
  writeRollout,
} from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { transcript } from '../support/transcript.ts';

const home = (name: string) => `test/forests/${name}/home`;

test.each([
  ['tree-forks', ['tree', home('deep-0.144.6')]],
  ['tree-depth', ['tree', home('deep-0.144.6'), '--depth', '2']],
  ['tree-reverted', ['tree', home('revert-0.169.0')]],
  ['tree-gone', ['tree', home('deleted-parent-0.144.6'), '--by', 'model']],
  ['tree-lost', ['tree', home('interrupted-0.122.0')]],
  ['tree-why', ['tree', home('overflow-0.122.0'), '--why', '94cb752a9ff7']],
  ['tree-csv', ['tree', home('cache-writes-0.169.0'), '--csv']],
  ['tree-groups', ['tree', home('midnight-0.169.0'), '--by', 'model', '--ndjson']],
  ['tree-help', ['tree', '--help']],
  ['tree-missing', ['tree', 'nowhere']],
  ['tree-bad-day', ['tree', home('twins-0.169.0'), '--since', '2026-02-30']],
])('%s', async (name, args) => {
  await expect(await transcript(args)).toMatchFileSnapshot(`../transcripts/${name}.txt`);
});

test('every session in docs/tree.md is true', async () => {
  const page = readFileSync('docs/tree.md', 'utf8');
  const sessions = [...page.matchAll(/^```console\n\$ rollout-inspect (.*)\n([\s\S]*?)^```$/gm)];
  expect(sessions.length).toBeGreaterThan(2);
  for (const [, command = '', shown] of sessions) {
    expect((await runCli(command.split(' '), { columns: 100 })).stdout).toBe(shown);
  }
});

const answer = async (...args: string[]) => JSON.parse((await runCli(['tree', ...args, '--json'])).stdout);

test('a rollout or a thread shows its relatives, and no others', async () => {
  const all = await answer('samples/0.144.6');
  const forked = await answer('samples/0.144.6/fork-with-turn.jsonl');
  expect(all.threads.length).toBeGreaterThan(forked.threads.length);
  expect(forked.threads.map(({ relation }: { relation: string }) => relation)).toEqual([
    'root',
    'fork',
    'fork',
    'fork',
  ]);
  const [root] = (await answer(home('archive-0.169.0'))).threads;
  const byId = await answer(root.threadId, '--codex-home', home('archive-0.169.0'));
  expect(byId.threads).toHaveLength(3);
});

test('a thread is known by its name, else by what its user wrote first, else as its parent is', async () => {
  const folder = temporaryFolder();
  const sessions = join(folder, 'sessions/2026/03/27');
  mkdirSync(sessions, { recursive: true });
  const said = (message: string) =>
    JSON.stringify({ timestamp: 't', type: 'event_msg', payload: { type: 'user_message', message } });
  const write = (id: string, lines: string[]) =>
    writeRollout(sessions, `rollout-2026-03-27T10-00-00-${id}.jsonl`, [
      lines[0] ?? '',
      taskStarted('a'),
      ...lines.slice(1),
    ]);
  const base = { thread_id: threadA, end_ordinal_exclusive: 2, end_byte_offset: 9 };
  const fork = { history_mode: 'paginated', forked_from_id: threadA, history_base: base };
  write(threadA, [sessionMeta(threadA), said('  mend\n it '), said('more'), tokenCount(10)]);
  write(threadB, [sessionMeta(threadB, fork), tokenCount(30)]);
  write(threadC, [sessionMeta(threadC), said('another'), tokenCount(10)]);
  writeRollout(folder, 'session_index.jsonl', [JSON.stringify({ id: threadC, thread_name: 'named' })]);
  const { threads } = await answer(folder);
  const titles = threads.map(({ threadId, title }: { threadId: string; title: string }) => [threadId, title]);
  expect(titles).toEqual([
    [threadA, 'mend it'],
    [threadB, 'mend it'],
    [threadC, 'named'],
  ]);
});

test('groups, and the days of either time zone, add up to the total', async () => {
  for (const args of [['day', '--days', 'both'], ['model'], ['cwd'], ['thread']]) {
    const { total, groups } = await answer(home('midnight-0.169.0'), '--by', ...args);
    const sum = (key: string) =>
      groups.reduce(
        (tokens: number, group: Record<string, { total_tokens: number }>) => tokens + (group[key]?.total_tokens ?? 0),
        0,
      );
    expect(sum('usage')).toBe(total.total_tokens);
    if (args[0] === 'day') expect(sum('utcUsage')).toBe(total.total_tokens);
  }
});

test('days before and after a day are left out', async () => {
  const at = (since: string, until: string) =>
    answer(home('deep-0.144.6'), '--utc', '--since', since, '--until', until);
  const { total } = await answer(home('deep-0.144.6'));
  expect((await at('2026-11-25', '2026-11-25')).total).toEqual(total);
  expect((await at('2026-11-26', '2026-11-30')).total.total_tokens).toBe(0);
  expect((await at('2026-11-01', '2026-11-24')).total.total_tokens).toBe(0);
});

test('evidence in JSON adds up to the total, and --why leaves the tree whole', async () => {
  const { total, evidence } = await answer(home('overflow-0.122.0'), '--evidence');
  const counted = evidence.filter(({ counted }: { counted: boolean }) => counted);
  expect(
    counted.reduce((sum: number, { usage }: { usage: { total_tokens: number } }) => sum + usage.total_tokens, 0),
  ).toBe(total.total_tokens);
  expect(evidence.length).toBeGreaterThan(counted.length);
  for (const { rule, ruleId } of evidence) expect([typeof rule, typeof ruleId]).toEqual(['string', 'string']);
});

test('rollouts that a link brings into a home are read', async () => {
  const [outside, inside] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(inside, 'sessions'));
  const name = `rollout-2026-03-27T10-00-00-${threadA}.jsonl`;
  symlinkSync(
    writeRollout(outside, 'there.jsonl', [sessionMeta(threadA), taskStarted('a'), tokenCount(100)]),
    join(inside, 'sessions', name),
  );
  expect((await answer(inside)).total.total_tokens).toBe(100);
});

test('a skipped line gives 3, which --lenient excuses; a rollout that cannot be read gives 2', async () => {
  const folder = temporaryFolder();
  writeRollout(folder, 'a.jsonl', [
    sessionMeta(threadA),
    taskStarted('a'),
    tokenCount(100).slice(0, -9),
    tokenCount(200),
  ]);
  expect((await runCli(['tree', folder])).code).toBe(3);
  expect((await runCli(['tree', folder, '--lenient'])).code).toBe(0);
  symlinkSync('nowhere', join(folder, 'b.jsonl'));
  mkdirSync(join(folder, 'c.jsonl'));
  expect((await runCli(['tree', folder, '--lenient'])).code).toBe(0);
  writeRollout(folder, 'd.jsonl.zst', ['no zstandard']);
  expect((await runCli(['tree', folder, '--lenient'])).code).toBe(2);
});

test('what a rollout says acts on no terminal', async () => {
  const model =
    '{"timestamp":"t\\u001b[2J","type":"turn_context","payload":{"turn_id":"a","cwd":"/w","approval_policy":"never","sandbox_policy":{"type":"danger-full-access"},"model":"m\\u001b[31m","summary":"auto"}}';
  const folder = temporaryFolder();
  writeRollout(folder, 'a.jsonl', [
    sessionMeta(threadA, { cwd: '/x/\u001b[2Jw' }),
    taskStarted('a\u001b[1m'),
    model,
    tokenCount(100),
  ]);
  for (const args of [[], ['--evidence'], ['--by', 'model'], ['--csv'], ['--json', '--evidence']]) {
    const { stdout, stderr } = await runCli(['tree', folder, ...args]);
    expect(actsOnTerminal(stdout)).toBe(false);
    expect(actsOnTerminal(stderr)).toBe(false);
  }
});
