import { describe, expect, test } from 'vitest';
import { eraOf } from '../../src/codex/era.ts';
import { newestCodex } from '../../src/codex/version.ts';
import type { RolloutItem } from '../../src/rollout/records/record.ts';
import { attribute } from '../../src/turns/attribution.ts';
import { ContextView } from '../../src/turns/context-view.ts';
import { TurnBuilder } from '../../src/turns/turn-builder.ts';
import { TurnTable } from '../../src/turns/turn-table.ts';

const started = (turn_id: string): RolloutItem => ({
  kind: 'task_started',
  turn_id,
  started_at: 5n,
  model_context_window: null,
  isKept: true,
  ordinal: null,
  timestamp: '',
});
const complete = (turn_id: string, failed = false): RolloutItem => ({
  kind: 'task_complete',
  turn_id,
  answered: true,
  failed,
  completed_at: 6n,
  duration_ms: 7n,
  isKept: true,
  ordinal: null,
  timestamp: '',
});
const aborted = (turn_id: string | null): RolloutItem => ({
  kind: 'turn_aborted',
  turn_id,
  completed_at: null,
  duration_ms: null,
  isKept: true,
  ordinal: null,
  timestamp: '',
});
const rolledBack = (turns: number): RolloutItem => ({
  kind: 'thread_rolled_back',
  num_turns: BigInt(turns),
  isKept: true,
  ordinal: null,
  timestamp: '',
});
const userMessage: RolloutItem = { kind: 'user_message', isKept: true, ordinal: null, timestamp: '' };
const reply: RolloutItem = { kind: 'turn_item', isKept: true, ordinal: null, timestamp: '' };
const failure: RolloutItem = { kind: 'error', isKept: false, ordinal: null, timestamp: '' };
const compacted: RolloutItem = {
  kind: 'compacted',
  isResumable: false,
  hasSummary: false,
  ordinal: null,
  timestamp: '',
};
const nothing: RolloutItem = { kind: 'other', isKept: true, ordinal: null, timestamp: '' };
const count: RolloutItem = { kind: 'token_count', info: null, ordinal: null, timestamp: '' };

function turnsOf(...items: RolloutItem[]): string {
  const builder = new TurnBuilder(eraOf(newestCodex), new TurnTable());
  for (const item of items) builder.add(item);
  return [...builder.turns().map(({ id, status }) => `${id} ${status}`)].join(', ');
}

describe('turns', () => {
  test.each([
    ['an explicit turn lasts until its end', [started('A'), userMessage, reply, complete('A')], 'A completed'],
    ['the next one ends it too', [started('A'), started('B'), complete('B')], 'A inProgress, B completed'],
    ['an error that its end carries makes it failed', [started('A'), complete('A', true)], 'A failed'],
    ['so does an error event, for good', [started('A'), failure, complete('A')], 'A failed'],
    ['an end with another id ends the open one', [started('A'), complete('X')], 'A completed'],
    ['a late end changes an earlier turn', [started('A'), started('B'), complete('A')], 'A completed, B inProgress'],
    ['an abort ends it, interrupted for good', [started('A'), aborted('A'), complete('A')], 'A interrupted'],
    ['an abort without id means the open one', [started('A'), aborted(null)], 'A interrupted'],
    ['an abort or an end in no turn is nothing', [aborted('A'), complete('A'), failure], ''],
    ['a user message in no turn begins one, named by its place', [nothing, userMessage, reply], 'rollout-1 completed'],
    [
      'the next user message begins the next',
      [userMessage, reply, userMessage],
      'rollout-0 completed, rollout-2 completed',
    ],
    ['but steers an explicit turn', [started('A'), userMessage, userMessage, complete('A')], 'A completed'],
    ['a compaction in no turn is a turn', [started('A'), complete('A'), compacted], 'A completed, rollout-2 completed'],
    ['and the message after it belongs to it', [compacted, userMessage], 'rollout-0 completed'],
    [
      'a rollback takes the last turns, the open one too',
      [started('A'), complete('A'), started('B'), rolledBack(1)],
      'A completed',
    ],
    ['a rollback of more than there is takes all', [started('A'), rolledBack(9)], ''],
    ['an empty explicit turn stays', [started('A'), complete('A')], 'A completed'],
  ])('%s', (_, items, expected) => {
    expect(turnsOf(...items)).toBe(expected);
  });
});

test('before 0.169 an aborted turn stayed open: what follows belongs to it', () => {
  const builder = new TurnBuilder({ abortCloses: false, completionFails: true }, new TurnTable());
  for (const item of [started('A'), aborted('A'), reply]) builder.add(item);
  expect([...builder.turns()]).toMatchObject([{ id: 'A', status: 'interrupted' }]);
  expect(builder.turnHere()?.id).toBe('A');
});

describe('usage belongs to', () => {
  const ownerOf = (...items: RolloutItem[]) => {
    const view = new ContextView({ abortCloses: true, completionFails: true }, new TurnTable());
    for (const item of items) view.add(item);
    return view.owner && attribute(view.owner, view.turns());
  };

  test.each([
    ['the turn open at its record', [started('A'), count, complete('A'), started('B'), complete('B')], 'A'],
    ['the turn finished before it', [started('A'), complete('A'), count, started('B'), complete('B')], 'A'],
    ['the turn in place of one rolled back', [started('A'), count, rolledBack(1), started('B'), complete('B')], 'B'],
    [
      'the last turn that ended, when no place is left',
      [started('A'), complete('A'), started('B'), count, rolledBack(1)],
      'A',
    ],
    ['the last turn that ended, when it stands before all', [count, started('A'), complete('A'), started('B')], 'A'],
    ['the last turn, when none ended', [count, started('A'), started('B')], 'B'],
    ['nobody, when there are no turns', [count], undefined],
  ])('%s', (_, items, expected) => {
    expect(ownerOf(...items)).toBe(expected);
  });
});
