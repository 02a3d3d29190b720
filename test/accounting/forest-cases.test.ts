import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { ForestAccount } from '../../src/accounting/forest/forest-account.ts';
import { listRollouts } from '../../src/history/list-rollouts.ts';
import { forestBelow, takingOut } from '../support/forests.ts';
import { sessionMeta, taskStarted, temporaryFolder, threadA, threadB, writeRollout } from '../support/rollout.ts';

const at = (payload: unknown, type = 'event_msg') =>
  JSON.stringify({ timestamp: '2026-03-27T10:00:05.000Z', type, payload });
const usage = (tokens: number) => ({
  input_tokens: tokens,
  cached_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
  total_tokens: tokens,
});
const count = (total: number, last: number) =>
  at({
    type: 'token_count',
    info: { total_token_usage: usage(total), last_token_usage: usage(last), model_context_window: 1000 },
  });
const repeated = count;
const record = (turnId: string, response: string, tokens: number, total: number, threadId = threadA) =>
  at(
    {
      thread_id: threadId,
      turn_id: turnId,
      session_id: threadId,
      root_turn_id: turnId,
      response_id: response,
      usage: usage(tokens),
      turn_token_usage: usage(tokens),
      thread_token_usage: usage(total),
    },
    'token_usage_record',
  );
const ended = (turnId: string) => at({ type: 'task_complete', turn_id: turnId, last_agent_message: null });
const aborted = (turnId: string) => at({ type: 'turn_aborted', turn_id: turnId, reason: 'interrupted' });
const compacted = (message: string) => at({ message }, 'compacted');

async function forestOf(files: Readonly<Record<string, readonly string[]>>): Promise<ForestAccount> {
  const folder = temporaryFolder();
  for (const [name, lines] of Object.entries(files)) writeRollout(folder, name, lines);
  return forestBelow(folder);
}

const brief = ({ threads }: ForestAccount) => threads.map(({ usage: { own } }) => own.total_tokens);
const rules = ({ evidence }: ForestAccount) => evidence.map(({ rule }) => rule);
const noticeIds = ({ notices }: ForestAccount) => notices.map(({ id }) => id);

test('copies of a rollout, archived, renamed, longer or with another header, are one thread', async () => {
  const [path = ''] = (await listRollouts('test/forests/cache-writes-0.169.0')).paths;
  const folder = temporaryFolder();
  for (const place of ['sessions/2026/11/26', 'archived_sessions']) mkdirSync(join(folder, place), { recursive: true });
  cpSync(path, join(folder, 'sessions/2026/11/26', basename(path)));
  const before = await forestBelow(folder);
  cpSync(path, join(folder, 'archived_sessions', basename(path)));
  cpSync(path, join(folder, 'sessions', 'copy (1).jsonl'));
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeRollout(join(folder, 'sessions'), 'shorter.jsonl', lines.slice(0, 20));
  const [head = '', ...rest] = lines;
  writeRollout(join(folder, 'sessions'), 'rewritten.jsonl', [head.replace('"mock"', '"another"'), ...rest]);
  const after = await forestBelow(folder);
  expect(before.total.total_tokens).toBeGreaterThan(0n);
  expect(after.total).toEqual(before.total);
  expect(after.threads).toHaveLength(1);
  expect(after.threads[0]?.paths).toHaveLength(5);
  expect(rules(after)).toContain('in-another-file');
  const { total } = await takingOut('in-another-file', () => forestBelow(folder));
  expect(total.total_tokens).toBeGreaterThan(after.total.total_tokens);
});

test('what one of two copies has gone on with counts once, and so does what the other has', async () => {
  const beginning = [sessionMeta(threadA), taskStarted('a'), count(100, 100), ended('a')];
  const forest = await forestOf({
    'one.jsonl': [...beginning, taskStarted('b'), count(250, 150), ended('b')],
    'two.jsonl': [...beginning, taskStarted('c'), count(250, 150), ended('c')],
  });
  expect(brief(forest)).toEqual([400n]);
});

test('a fork of 0.36, which named no parent, counts what its parent spent in the parent', async () => {
  const forest = await forestBelow('test/cases/old-copy-not-inherited');
  const [parent, child] = forest.threads;
  expect(brief(forest)).toEqual([17_000n, 9_500n]);
  expect(child).toMatchObject({ relation: 'fork', parentId: parent?.threadId });
  expect(child?.usage.inherited.total_tokens).toBe(17_000n);
});

test('a fork does not use the model of what it copied: what a compaction used that came first is unknown', async () => {
  const context = (turnId: string, model: string) =>
    at(
      {
        turn_id: turnId,
        cwd: '/w',
        approval_policy: 'never',
        sandbox_policy: { type: 'danger-full-access' },
        model,
        summary: 'auto',
      },
      'turn_context',
    );
  const own = `${threadB.slice(0, -1)}c`;
  const copy = [taskStarted(threadA), context(threadA, 'copied'), count(100, 100), ended(threadA)];
  const compaction = [taskStarted(own), count(150, 50), compacted('summary'), ended(own)];
  const forest = await forestOf({
    'a.jsonl': [sessionMeta(threadA), ...copy],
    'b.jsonl': [sessionMeta(threadB, { forked_from_id: threadA }), sessionMeta(threadA), ...copy, ...compaction],
    'c.jsonl': [
      sessionMeta(own),
      taskStarted(own),
      context(own, 'own'),
      count(7, 7),
      ended(own),
      ...compaction.map((line) => line.replace(own, `${own}-2`)),
    ],
  });
  const models = forest.evidence
    .filter(({ rule }) => rule === 'grew')
    .map(({ usage: { total_tokens }, model }) => [total_tokens, model]);
  expect(models).toEqual([
    [100n, 'copied'],
    [50n, null],
    [7n, 'own'],
    [143n, 'own'],
  ]);
});

test('a counter that began anew, and one that fell', async () => {
  const counts = [count(100, 100), count(150, 150), count(90, 40), count(95, 5)];
  const files = { 'a.jsonl': [sessionMeta(threadA), taskStarted('a'), ...counts] };
  const forest = await forestOf(files);
  for (const rule of ['began-anew', 'fell'] as const)
    expect(brief(await takingOut(rule, () => forestOf(files)))).not.toEqual(brief(forest));
  expect(brief(forest)).toEqual([100n + 150n + 40n + 5n]);
  expect(rules(forest)).toEqual(['grew', 'began-anew', 'fell', 'grew']);
});

test('a record that disagrees with its count is refused, and both numbers are told', async () => {
  const files = { 'a.jsonl': [sessionMeta(threadA), taskStarted('a'), record('a', 'r1', 90, 90), count(100, 100)] };
  const forest = await forestOf(files);
  expect(brief(forest)).toEqual([100n]);
  expect(brief(await takingOut('disagrees', () => forestOf(files)))).toEqual([190n]);
  expect(rules(forest)).toEqual(['disagrees', 'grew']);
  expect(forest.notices[0]?.message).toMatch(/says 90 tokens.*its token_count 100 tokens/);
});

test('a response whose count came too late belongs to the turn of its record', async () => {
  const forest = await forestOf({
    'a.jsonl': [
      ...[sessionMeta(threadA), taskStarted('a'), record('a', 'r1', 100, 100), aborted('a')],
      ...[taskStarted('b'), record('b', 'r2', 50, 150), count(150, 50), ended('b')],
    ],
  });
  const turns = forest.evidence.filter(({ rule }) => rule !== 'second-witness');
  expect(turns.map(({ turnId, usage: { total_tokens } }) => [turnId, total_tokens])).toEqual([
    ['a', 100n],
    ['b', 50n],
  ]);
  expect(noticeIds(forest)).toEqual(['only-recorded']);
});

test.each([
  [
    'interrupted in the middle of an answer',
    [count(100, 100), repeated(100, 100), aborted('a')],
    ['interrupted-request'],
  ],
  ['interrupted while a tool ran', [repeated(0, 0), count(100, 100), aborted('a')], []],
  ['broken off without an answer', [repeated(0, 0), ended('a')], ['failed-request']],
  ['ended after a repeated count', [count(100, 100), repeated(100, 100), ended('a')], []],
  ['compacted by the server', [compacted(''), ended('a')], ['unrecorded-compaction']],
  ['compacted by the server, and recorded', [record('a', 'r', 5, 5), compacted(''), ended('a')], ['only-recorded']],
  ['compacted by the model', [count(100, 100), compacted('summary'), ended('a')], []],
])('a turn that was %s', async (_, lines, ids) => {
  const nothing = at({ type: 'token_count', info: null });
  const shown = lines.map((line) => (line === repeated(0, 0) ? nothing : line));
  expect(noticeIds(await forestOf({ 'a.jsonl': [sessionMeta(threadA), taskStarted('a'), ...shown] }))).toEqual(ids);
});

const paginated = (id: string, base: string | null, more: object = {}) =>
  sessionMeta(id, {
    history_mode: 'paginated',
    ...(base && {
      forked_from_id: base,
      history_base: { thread_id: base, end_ordinal_exclusive: 9, end_byte_offset: 9999 },
    }),
    ...more,
  });

test('the first count of a paginated fork that only repeats what it inherited adds nothing', async () => {
  const parent = [paginated(threadA, null), taskStarted('a'), count(100, 100), ended('a')];
  const child = [
    paginated(threadB, threadA),
    taskStarted('b'),
    repeated(100, 100),
    aborted('b'),
    taskStarted('c'),
    count(130, 30),
  ];
  const forest = await forestOf({ 'a.jsonl': parent, 'b.jsonl': child });
  expect(brief(forest)).toEqual([100n, 30n]);
  expect(forest.threads[1]?.usage.inherited.total_tokens).toBe(100n);
});

test('of a paginated parent that is gone the fork that was made last tells most', async () => {
  const child = (id: string, total: number) => [paginated(id, threadA), taskStarted('b'), count(total + 30, 30)];
  const forest = await forestOf({ 'b.jsonl': child(threadB, 100), 'c.jsonl': child(`${threadB.slice(0, -1)}c`, 300) });
  const gone = forest.threads.find(({ threadId }) => threadId === threadA);
  expect(gone?.usage.recovered.total_tokens).toBe(300n);
  expect(forest.total.total_tokens).toBe(360n);
});

test('of a chain whose middle is gone what the middle spent is recovered, less what it had inherited where that is said', async () => {
  const middle = paginated(threadB, threadA);
  const end = paginated(`${threadB.slice(0, -1)}c`, threadB);
  const rest = [taskStarted('c'), count(370, 70)];
  const root = [paginated(threadA, null), taskStarted('a'), count(100, 100), ended('a')];
  const recovered = ({ threads }: ForestAccount) =>
    threads.find(({ threadId }) => threadId === threadB)?.usage.recovered.total_tokens;

  const told = await forestOf({ 'a.jsonl': root, 'c.jsonl': [end, middle, ...rest] });
  expect(recovered(told)).toBe(200n);
  expect(told.total.total_tokens).toBe(370n);
  expect(noticeIds(told)).toEqual(['recovered-thread']);

  const untold = await forestOf({ 'a.jsonl': root, 'c.jsonl': [end, ...rest] });
  expect(recovered(untold)).toBe(300n);
  expect(noticeIds(untold)).toEqual(['recovered-thread', 'unclear-recovery']);
});

test('a parent that is gone and left no count behind is named', async () => {
  const forest = await forestOf({ 'b.jsonl': [paginated(threadB, threadA), taskStarted('b')] });
  expect(brief(forest)).toEqual([0n]);
  expect(noticeIds(forest)).toEqual(['missing-parent']);
});

test('two rollouts that refer to each other end', async () => {
  const forest = await forestOf({
    'a.jsonl': [paginated(threadA, threadB), taskStarted('a'), count(100, 100)],
    'b.jsonl': [paginated(threadB, threadA), taskStarted('b'), count(200, 100)],
  });
  expect(forest.threads).toHaveLength(2);
});

test('a rollout without a session_meta counts for itself', async () => {
  const forest = await forestOf({
    'a.jsonl': [taskStarted('a'), count(100, 100)],
    'b.jsonl': [taskStarted('a'), count(100, 100)],
  });
  expect(brief(forest)).toEqual([100n, 100n]);
});

test('a window that is exceeded again and again loses no request', async () => {
  const filled = (last: number) =>
    at({
      type: 'token_count',
      info: { total_token_usage: onlyTotal(1000), last_token_usage: onlyTotal(last), model_context_window: 1000 },
    });
  const onlyTotal = (tokens: number) => ({ ...usage(0), total_tokens: tokens });
  const failed = at({ type: 'task_complete', turn_id: 'b', last_agent_message: null, error: { message: 'no room' } });
  const forest = await forestOf({
    'a.jsonl': [
      ...[sessionMeta(threadA), taskStarted('a'), count(100, 100), ended('a')],
      ...[taskStarted('b'), repeated(100, 100), filled(900), failed],
      ...[taskStarted('b'), filled(900), filled(0), failed, taskStarted('b'), filled(0), filled(0), failed],
    ],
  });
  expect(brief(forest)).toEqual([100n]);
  expect(noticeIds(forest)).toEqual([]);
});
