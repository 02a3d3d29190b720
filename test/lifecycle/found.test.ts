import { expect, test } from 'vitest';
import { predictLifecycle } from '../../src/lifecycle/predict.ts';
import { restoreUsage } from '../../src/usage/restore-usage.ts';
import { writeHistory } from '../support/random-history.ts';
import { temporaryFolder, threadA, writeRollout } from '../support/rollout.ts';

const A = '019d2f00-0001-7000-8000-00000000000a';
const B = '019d2f00-0002-7000-8000-00000000000b';
const usage = {
  input_tokens: 1,
  cached_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
  total_tokens: 1,
};
const info = { total_token_usage: usage, last_token_usage: usage, model_context_window: null };
const event = (type: string, more: object = {}) => ({ type: 'event_msg', payload: { type, ...more } });
const said = (text: string) => ({
  type: 'response_item',
  payload: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});
const started = (turn_id: string) => event('task_started', { turn_id });
const completed = (turn_id: string) => event('task_complete', { turn_id });
const failed = (turn_id: string) => event('task_complete', { turn_id, error: { message: 'no' } });
const aborted = (turn_id?: string) => event('turn_aborted', { turn_id, reason: 'interrupted' });
const user = event('user_message', { message: 'a' });
const agent = event('agent_message', { message: 'a' });
const count = event('token_count', { info, rate_limits: null });
const rolledBack = (num_turns: number) => event('thread_rolled_back', { num_turns });
const failedRequest = (codex_error_info: unknown) => event('error', { message: 'a', codex_error_info });
const compaction = { type: 'compacted', payload: { message: 'a' } };
const resumable = { type: 'compacted', payload: { message: 'a', replacement_history: [], window_number: 1 } };
const plan = { type: 'Plan', id: 'i1', text: 'a' };
const planned = event('item_completed', { thread_id: threadA, turn_id: A, item: plan });
const patch = (turn_id?: string) =>
  event('patch_apply_end', { call_id: 'c', turn_id, stdout: '', stderr: '', success: true, status: 'completed' });

/** The turns and the owner of the usage; statuses by their first letter, an in-progress turn by P. */
async function predicted(
  lines: readonly object[],
  historyMode: 'legacy' | 'paginated',
  lifecycle: 'resume' | 'fork',
  emulate = '0.169.0',
): Promise<string> {
  const timestamp = '2026-03-27T10:00:00.000Z';
  const meta = {
    id: threadA,
    timestamp,
    cwd: '/',
    originator: 'test',
    cli_version: '0.169.0',
    model_provider: 'mock',
    history_mode: historyMode,
  };
  const records = [{ type: 'session_meta', payload: meta }, ...lines];
  const texts = records.map((record, ordinal) => JSON.stringify({ timestamp, ordinal, ...record }));
  const { error, turns, usage } = await predictLifecycle(writeRollout(temporaryFolder(), 'r.jsonl', texts), {
    lifecycle,
    emulate,
  });
  if (error) return `${error.code}`;
  const name = (id: string) => (id === A ? 'A' : id === B ? 'B' : id.replace('rollout-', ''));
  const letter = (status: string) => (status === 'inProgress' ? 'P' : status.charAt(0));
  const shown = turns.map(({ id, status }) => `${name(id)}:${letter(status)}`).join(' ');
  return usage ? `${shown} @${name(usage.turnId)}` : shown;
}

/** What Codex 0.169.0 answered, resumed and forked, to rollouts that random ones were shrunk to. */
test.each([
  ['what follows an abort is a new turn', [started(A), aborted(A), agent, count], 'A:i 3:c @3', 'A:i 4:c @4'],
  ['an abort of no named turn ends the open one', [started(A), aborted(), user], 'A:i 3:c', 'A:i 4:c'],
  ['an abort of an unknown turn spares an explicit one', [started(A), aborted(B), user, completed(A)], 'A:c', 'A:c'],
  ['an abort of an unknown turn ends an implicit one', [user, aborted(B), agent], '1:i 3:c', '2:i 4:c'],
  [
    'of turns with one id the first is changed',
    [started(A), completed(A), started(A), completed(A), failed(A)],
    'A:f A:c',
    'A:f A:c',
  ],
  ['a fork aborts what follows a user message', [said('a'), user], '2:c', '3:i'],
  ['context is no user message', [said('<environment_context>a</environment_context>'), user], '2:c', '3:c'],
  ['context that does not end is one', [said('<environment_context>a'), user], '2:c', '3:i'],
  ['a rolled back user message is none', [said('a'), user, rolledBack(1), user], '4:c', '5:c'],
  ['a hook prompt stands in a turn', [said('<hook_prompt hook_run_id="h">a</hook_prompt>'), count], '1:c @1', '2:c @2'],
  [
    'a ghost snapshot is skipped',
    [{ type: 'response_item', payload: { type: 'ghost_snapshot' } }, agent],
    '1:c',
    '2:c',
  ],
  [
    'a fork has a copy without errors, and finds the owner there',
    [failedRequest('other'), user, failedRequest('other'), user, count, user],
    '1:c 2:c 4:c @4',
    '2:c 3:c 5:c @3',
  ],
  ['a plan counts among the items', [started(A), planned, completed(A), user], 'A:c 4:c', 'A:c 5:c'],
  ['an error fails the turn', [started(A), failedRequest('other')], 'A:i', 'A:P'],
  ['a refused rollback does not', [started(A), failedRequest('thread_rollback_failed')], 'A:i', 'A:i'],
  ['a patch of no named turn opens one', [patch(), count, user], '1:c 3:c @1', '2:c 4:c @2'],
  ['a patch of an unknown turn opens none', [patch(B), count, user], '3:c @3', '4:c @4'],
] as const)('legacy: %s', async (_, lines, resumed, forked) => {
  expect(await predicted(lines, 'legacy', 'resume')).toBe(resumed);
  expect(await predicted(lines, 'legacy', 'fork')).toBe(forked);
});

test.each([
  ['an end makes a turn that never began', [started(A), completed(B)], 'A:i B:c', 'A:i B:c'],
  ['a turn that ended stays as it is', [started(A), aborted(A), completed(A)], 'A:i', 'A:i'],
  ['even when it begins again', [started(A), completed(A), started(A), started(B)], 'A:c B:i', 'A:c B:i'],
  ['a fork puts the turn that it aborts last', [started(A), aborted(B)], 'A:i B:i', 'B:i A:i'],
  ['a fork shows no inherited turn in progress', [started(A), started(B), completed(B)], 'A:i B:c', 'A:i B:c'],
  [
    'usage before a compaction with a window number is lost',
    [started(A), count, completed(A), resumable],
    'A:c',
    'A:c',
  ],
  [
    'unless an older kind of compaction follows',
    [started(A), count, completed(A), resumable, compaction],
    'A:c @A',
    'A:c @A',
  ],
  ['a fork does not abort a turn before the compaction', [started(A), resumable, aborted(B)], 'A:i B:i', 'A:i B:i'],
] as const)('paginated: %s', async (_, lines, resumed, forked) => {
  expect(await predicted(lines, 'paginated', 'resume')).toBe(resumed);
  expect(await predicted(lines, 'paginated', 'fork')).toBe(forked);
});

test('older versions, as they answered', async () => {
  const abort = [started(A), aborted(A), user];
  expect(await predicted(abort, 'legacy', 'fork', '0.166.0')).toBe('A:i');
  const failure = [started(A), failed(A)];
  expect(await predicted(failure, 'legacy', 'fork', '0.144.6')).toBe('A:c');
  const forgotten = [started(A), count, completed(A), resumable];
  expect(await predicted(forgotten, 'paginated', 'fork', '0.160.0')).toBe('A:c');
  expect(await predicted(forgotten, 'paginated', 'fork', '0.155.0')).toBe('A:c @A');
  const goal = [said('<goal_context>a</goal_context>'), user];
  expect(await predicted(goal, 'legacy', 'fork', '0.136.0')).toBe('3:c');
  expect(await predicted(goal, 'legacy', 'fork', '0.128.0')).toBe('3:i');
});

const at = (ordinal: number, record: object) => ({ ...record, ordinal });
const unknown = { type: 'no_such_type', payload: {} };

/** What versions in between answered to rollouts that random ones were shrunk to. */
test.each([
  ['a turn that ended is changed up to 0.145', '0.145.0', 'resume', [started(A), completed(A), aborted(A)], 'A:i'],
  ['a turn that ended stays since 0.146', '0.146.0', 'resume', [started(A), completed(A), aborted(A)], 'A:c'],
  ['a line that does not decode has a former ordinal', '0.153.4', 'fork', [at(0, unknown)], '-32603'],
  ['the same on resume', '0.147.0', 'resume', [at(0, unknown), started(A)], ''],
  ['a line that does not decode has the next ordinal', '0.147.0', 'fork', [unknown, started(A)], 'A:i'],
  ['contiguous lines alone count in 0.146', '0.146.0', 'fork', [at(0, unknown)], ''],
  ['a fork takes over lines whose ordinals repeat', '0.169.0', 'fork', [started(A), at(1, count)], 'A:i @A'],
  ['and lines behind a turn', '0.157.1', 'fork', [started(A), completed(A), at(0, count)], 'A:c @A'],
  ['but nothing when only the head counts', '0.169.0', 'fork', [at(0, started(A)), at(0, count)], ''],
] as const)('paginated: %s (%s)', async (_, version, lifecycle, lines, expected) => {
  expect(await predicted(lines, 'paginated', lifecycle, version)).toBe(expected);
});

test.each([
  ['0.122.0', '2:c 3:c @3'],
  ['0.143.0', '2:c 3:c @2'],
  ['0.146.0', '2:c 3:c @2'],
  ['0.147.0', '2:c 3:c @3'],
  ['0.169.0', '2:c 3:c @3'],
])('whom Codex %s says the usage of a legacy fork belongs to', async (version, expected) => {
  expect(await predicted([user, user, count], 'legacy', 'fork', version)).toBe(expected);
});

test('what is wrong with the ordinals of an older rollout is no problem of the newer one', async () => {
  const folder = temporaryFolder();
  const broken = [
    '{"timestamp":"t","ordinal":0,"type":"session_meta","payload":{"id":"$THREAD","timestamp":"t","cwd":"/","originator":"t","cli_version":"0.153.4","model_provider":"mock","source":"vscode","history_mode":"paginated"}}',
    `{"timestamp":"t","ordinal":2,"type":"event_msg","payload":{"type":"task_complete","turn_id":"${A}","last_agent_message":null}}`,
  ];
  const text = `${broken.join('\n')}\n`;
  const reverted = { kept: 2, text: `${broken[0]}\n` };
  const path = writeHistory(folder, threadA, { text, reverted });
  const { error, turns } = await predictLifecycle(path, { lifecycle: 'fork', emulate: '0.153.4', home: 'new' });
  expect([error, turns]).toEqual([null, []]);
});

test.each(['0.122.0', '0.136.0', '0.140.0'])(
  'Codex %s, which knows no paginated threads, does not follow a fork to its parent',
  async (emulate) => {
    for (const [sample, turns] of [
      ['fork', 0],
      ['fork-of-fork', 0],
      ['fork-with-turn', 1],
    ] as const) {
      const path = `samples/0.169.0/${sample}.jsonl`;
      const prediction = await predictLifecycle(path, { lifecycle: 'resume', emulate });
      expect(prediction.turns).toHaveLength(turns);
      const { tokenUsageInfo } = await restoreUsage(path, { emulate });
      expect([prediction.usage === null, tokenUsageInfo === null]).toEqual([turns === 0, turns === 0]);
    }
  },
);
