import { describe, expect, test } from 'vitest';
import { readThread } from '../../src/accounting/thread-turns.ts';
import { eraOf } from '../../src/codex/era.ts';
import { newestCodex, parseCodexVersion } from '../../src/codex/version.ts';
import { RolloutFinder } from '../../src/history/finder.ts';
import { threadHistory } from '../../src/history/thread-history.ts';
import {
  agentMessage,
  nullTokenCount,
  sessionMeta,
  taskStarted,
  temporaryFolder,
  threadA,
  threadB,
  tokenCount,
  writeRollout,
} from '../support/rollout.ts';

const WINDOW = 258_400;
const stamped = (payload: unknown, type = 'event_msg') =>
  JSON.stringify({ timestamp: '2026-03-27T10:00:00.000Z', type, payload });
const usage = (input: number, output: number) => ({
  input_tokens: input,
  cached_input_tokens: 0,
  output_tokens: output,
  reasoning_output_tokens: 0,
  total_tokens: input + output,
});
const onlyTotal = (tokens: number) => ({ ...usage(0, 0), total_tokens: tokens });
const counted = (total: object, last: object, window: number | null = WINDOW) =>
  stamped({
    type: 'token_count',
    info: { total_token_usage: total, last_token_usage: last, model_context_window: window },
  });
const ended = (id: string) => stamped({ type: 'task_complete', turn_id: id, last_agent_message: null });
const rolledBack = (turns: number) => stamped({ type: 'thread_rolled_back', num_turns: turns });
const compacted = stamped({ message: '' }, 'compacted');
const userMessage = stamped({ type: 'user_message', message: 'hello' });

async function turnsOf(path: string, version = newestCodex) {
  const { thread } = await readThread(await threadHistory(path, new RolloutFinder(version)), eraOf(version));
  return { ...thread, turns: [...thread.turns] };
}

async function turnsIn(...lines: string[]): ReturnType<typeof turnsOf> {
  const meta = sessionMeta(threadA, { model_provider: 'openai' });
  return turnsOf(writeRollout(temporaryFolder(), 'rollout.jsonl', [meta, ...lines]));
}

/** Id, total of the own usage and context of each turn. */
const brief = ({ turns }: Awaited<ReturnType<typeof turnsOf>>) =>
  turns.map(({ id, ownUsage, contextTokens }) => [id, ownUsage?.total_tokens ?? null, contextTokens]);

describe('own usage', () => {
  test('is the difference of the total across the turn, field by field', async () => {
    const { turns, total } = await turnsIn(
      ...[taskStarted('a'), counted(usage(100, 10), usage(100, 10)), ended('a')],
      ...[
        taskStarted('b'),
        counted(usage(250, 15), usage(150, 5)),
        counted(usage(450, 45), usage(200, 30)),
        ended('b'),
      ],
    );
    expect(turns.map(({ ownUsage }) => [ownUsage?.input_tokens, ownUsage?.output_tokens])).toEqual([
      [100n, 10n],
      [350n, 35n],
    ]);
    expect([total.ownUsage.total_tokens, total.last?.total_tokens]).toEqual([495n, 495n]);
  });

  test('is none, not 0, when no token_count with usage stands in the turn', async () => {
    const turns = await turnsIn(
      ...[taskStarted('a'), nullTokenCount, ended('a')],
      ...[taskStarted('b'), agentMessage, ended('b')],
    );
    expect(brief(turns)).toEqual([
      ['a', null, null],
      ['b', null, null],
    ]);
    expect(turns.total.last).toBeNull();
  });

  test('grows by no repeated record, not even in the next turn', async () => {
    const record = counted(usage(100, 10), usage(100, 10));
    const lines = [taskStarted('a'), record, record, ended('a'), taskStarted('b'), record, ended('b')];
    expect(brief(await turnsIn(...lines))).toEqual([
      ['a', 110n, 110n],
      ['b', null, 110n],
    ]);
  });

  test('does not change by an estimate, but the context does', async () => {
    const turns = await turnsIn(
      taskStarted('a'),
      ...[counted(usage(100, 10), usage(100, 10)), compacted, counted(usage(100, 10), onlyTotal(7)), ended('a')],
    );
    expect(brief(turns)).toEqual([['a', 110n, 7n]]);
    expect(turns.turns[0]?.compacted).toBe(true);
    expect(turns.total.counterResets).toBe(0);
  });

  test('leaves out what filled the total up to the window, and counts on from there', async () => {
    const turns = await turnsIn(
      ...[taskStarted('a'), counted(usage(100, 10), usage(100, 10)), ended('a')],
      ...[taskStarted('b'), counted(onlyTotal(WINDOW), onlyTotal(WINDOW - 110)), ended('b')],
      ...[taskStarted('c'), counted({ ...usage(50, 5), total_tokens: WINDOW + 55 }, usage(50, 5)), ended('c')],
    );
    expect(brief(turns)).toEqual([
      ['a', 110n, 110n],
      ['b', null, BigInt(WINDOW - 110)],
      ['c', 55n, 55n],
    ]);
    expect(turns.total.counterResets).toBe(1);
  });

  test('is never negative: after the total dropped to the window it goes on from there', async () => {
    const turns = await turnsIn(
      ...[taskStarted('a'), counted(usage(900_000, 0), usage(900_000, 0)), ended('a')],
      ...[taskStarted('b'), counted(onlyTotal(WINDOW), onlyTotal(0)), counted(onlyTotal(WINDOW), onlyTotal(0))],
    );
    expect(brief(turns)).toEqual([
      ['a', 900_000n, 900_000n],
      ['b', null, 0n],
    ]);
    expect(turns.total.counterResets).toBe(1);
  });

  test('of a counter that began anew is what the records say themselves', async () => {
    const turns = await turnsIn(
      ...[taskStarted('a'), counted(usage(100, 10), usage(100, 10)), ended('a')],
      ...[taskStarted('b'), counted(usage(20, 2), usage(20, 2)), counted(usage(50, 5), usage(30, 3)), ended('b')],
      ...[taskStarted('c'), counted(usage(1, 0), onlyTotal(9)), ended('c')],
      ...[taskStarted('d'), counted(usage(-5, 0), usage(-5, 3)), ended('d')],
    );
    expect(brief(turns)).toEqual([
      ['a', 110n, 110n],
      ['b', 55n, 33n],
      ['c', null, 9n],
      ['d', 0n, -2n],
    ]);
    expect(turns.total.counterResets).toBe(3);
  });

  test('of a provider that counts only totals is counted too', async () => {
    const lines = [taskStarted('a'), counted(onlyTotal(100), onlyTotal(100)), counted(onlyTotal(250), onlyTotal(150))];
    expect(brief(await turnsIn(...lines))).toEqual([['a', 250n, 150n]]);
  });

  test('keeps all digits', async () => {
    const huge = '9007199254740993';
    const turns = await turnsIn(taskStarted('a'), tokenCount(2).replaceAll('_tokens":2', `_tokens":${huge}`));
    expect(turns.turns[0]?.ownUsage?.total_tokens).toBe(BigInt(huge));
  });
});

describe('a record belongs', () => {
  test('to the turn that was finished last when none is open, and to none before the first', async () => {
    const turns = await turnsIn(
      counted(usage(10, 0), usage(10, 0)),
      ...[taskStarted('a'), counted(usage(30, 0), usage(20, 0)), ended('a'), counted(usage(60, 0), usage(30, 0))],
    );
    expect(brief(turns)).toEqual([['a', 50n, 30n]]);
    expect(turns.total.inNoTurn.total_tokens).toBe(10n);
    expect(turns.usageOwner).toBe('a');
  });

  test('to an implicit turn too', async () => {
    const turns = await turnsIn(userMessage, tokenCount(100), userMessage, tokenCount(150));
    expect(brief(turns)).toEqual([
      ['rollout-1', 100n, 50n],
      ['rollout-3', 50n, 75n],
    ]);
    expect(turns.turns.map(({ explicit }) => explicit)).toEqual([false, false]);
  });

  test('to no turn any more when a rollback undid it', async () => {
    const turns = await turnsIn(
      ...[taskStarted('a'), tokenCount(100), ended('a')],
      ...[taskStarted('b'), tokenCount(300), ended('b'), rolledBack(1)],
      ...[taskStarted('c'), tokenCount(350), ended('c')],
    );
    expect(brief(turns)).toEqual([
      ['a', 100n, 50n],
      ['c', 50n, 175n],
    ]);
    expect(turns.total.rolledBack.total_tokens).toBe(200n);
    expect(turns.total.last?.total_tokens).toBe(350n);
  });

  test('and a rollback says behind how many turns it stands and what it undid, that of rollbacks before it too', async () => {
    const turn = (id: string, total: number) => [taskStarted(id), tokenCount(total), ended(id)];
    const turns = await turnsIn(
      ...[...turn('a', 100), ...turn('b', 300), rolledBack(1)],
      ...[...turn('c', 350), ...turn('d', 400), rolledBack(1)],
      ...[...turn('e', 500), rolledBack(2), ...turn('f', 600)],
    );
    expect(turns.turns.map(({ id }) => id)).toEqual(['a', 'f']);
    expect(turns.total.rollbacks.map(({ turnsBefore, usage }) => [turnsBefore, usage.total_tokens])).toEqual([
      [1, 400n],
    ]);
    expect(turns.total.rolledBack.total_tokens).toBe(400n);
  });

  test('to the turn of its place when records that no legacy rollout keeps stand before', async () => {
    const execCommand = stamped({ type: 'exec_command_end' });
    const turns = await turnsIn(execCommand, userMessage, tokenCount(100), userMessage, tokenCount(150));
    expect(brief(turns)).toEqual([
      ['rollout-1', 100n, 50n],
      ['rollout-3', 50n, 75n],
    ]);
  });
});

test('a turn that has not ended is in progress', async () => {
  const { turns } = await turnsIn(taskStarted('a'), tokenCount(100));
  expect(turns[0]?.status).toBe('inProgress');
});

test('a refused rollout still has its turns, but no owner of restored usage', async () => {
  const path = writeRollout(temporaryFolder(), 'rollout.jsonl', [taskStarted('a'), tokenCount(100)]);
  const { turns, usageOwner, resumeError } = await turnsOf(path);
  expect(turns).toHaveLength(1);
  expect(usageOwner).toBeNull();
  expect(resumeError).not.toBeNull();
});

test('turns of a missing ancestor are missing, the others are there', async () => {
  const history_base = { thread_id: threadB, end_ordinal_exclusive: 1, end_byte_offset: 1 };
  const meta = JSON.parse(sessionMeta(threadA, { history_mode: 'paginated', history_base }));
  const lines = [meta, JSON.parse(taskStarted('a')), JSON.parse(tokenCount(100))];
  const numbered = lines.map((line, ordinal) => JSON.stringify({ ...line, ordinal }));
  const turns = await turnsOf(writeRollout(temporaryFolder(), 'rollout.jsonl', numbered));
  expect(brief(turns)).toEqual([['a', 100n, 50n]]);
});

describe.each(['0.122.0', '0.144.6', '0.169.0'])('samples of Codex %s', (name) => {
  const sample = (scenario: string) =>
    turnsOf(`samples/${name}/${scenario}.jsonl`, parseCodexVersion(name) ?? newestCodex);

  test.each(['two-turns', 'resumed', 'fork-parent', 'fork', 'fork-of-fork', 'fork-with-turn'])(
    '%s: every token of the total is in a turn, and the last turn owns it',
    async (scenario) => {
      const { turns, total, usageOwner } = await sample(scenario);
      expect(total.ownUsage).toEqual(total.last);
      expect(usageOwner).toBe(turns.at(-1)?.id);
      for (const { ownUsage } of turns) expect(ownUsage?.total_tokens).toBeGreaterThan(0n);
    },
  );

  test('a fork with a turn: two are inherited, its own is not', async () => {
    const { turns, total } = await sample('fork-with-turn');
    expect(turns.map(({ inherited, ownUsage }) => [inherited, ownUsage?.total_tokens])).toEqual([
      [true, 16_867n],
      [true, 18_712n],
      [false, 19_540n],
    ]);
    expect(total.inherited.total_tokens).toBe(35_579n);
  });

  test('compacted: the third turn holds the compaction and counts its request', async () => {
    const { turns, total } = await sample('compacted');
    expect(total.ownUsage).toEqual(total.last);
    expect(turns.map((turn) => [turn.compacted, turn.ownUsage?.total_tokens])).toEqual([
      [false, 28_578n],
      [false, 29_486n],
      [true, 31_292n],
    ]);
    expect(turns[2]?.contextTokens).toBeLessThan(1000n);
  });

  test('interrupted: the record before the response only repeats', async () => {
    const { turns } = await sample('interrupted');
    expect(turns.map(({ status, ownUsage, contextTokens }) => [status, ownUsage?.total_tokens, contextTokens])).toEqual(
      [
        ['completed', 22_306n, 22_306n],
        ['interrupted', undefined, 22_306n],
      ],
    );
  });

  test('no-usage: none', async () => {
    const { turns, usageOwner } = await sample('no-usage');
    expect(turns.map(({ status, ownUsage }) => [status, ownUsage])).toEqual([['interrupted', null]]);
    expect(usageOwner).toBeNull();
  });
});
