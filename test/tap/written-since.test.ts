import { expect, test } from 'vitest';
import { tokenCountsSince } from '../../src/tap/judge/written-since.ts';
import { taskStarted, temporaryFolder, tokenCount, writeRollout } from '../support/rollout.ts';

const ten = Date.parse('2026-03-27T10:00:00.000Z');
const ended = taskStarted('t').replace('task_started', 'task_complete');
const before = tokenCount(10).replace('T10:', 'T09:');

test.each<[string, string[], number]>([
  ['usage that was there before', [before], 0],
  ['usage that came since', [before, tokenCount(20)], 1],
  ['usage of a turn that began since', [before, taskStarted('t'), tokenCount(20)], 0],
  ['usage before and in a turn that began since', [tokenCount(20), taskStarted('t'), tokenCount(30)], 1],
  ['a turn that began before', [taskStarted('t').replace('T10:', 'T09:'), tokenCount(20)], 1],
  ['usage of a turn that ended only then', [tokenCount(20), ended], 0],
  ['usage behind the end of a turn', [tokenCount(20), ended, tokenCount(20)], 1],
  ['what is no record', ['"token_count"', '{"type":"token_count"'], 0],
])('%s', (_, lines, count) => {
  expect(tokenCountsSince(writeRollout(temporaryFolder(), 'rollout.jsonl', lines), ten)).toBe(count);
});
