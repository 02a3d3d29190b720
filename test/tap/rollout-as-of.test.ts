import { expect, test } from 'vitest';
import { openRolloutAsOf } from '../../src/tap/judge/rollout-as-of.ts';
import { temporaryFolder, writeRollout } from '../support/rollout.ts';

const zero = Date.parse('2026-03-27T10:00:00.000Z');
const line = (ms: number, type = 'agent_message') =>
  JSON.stringify({ timestamp: new Date(zero + ms).toISOString(), type: 'event_msg', payload: { type } });

/** How many of these lines there were at `ms` after ten. */
async function linesAt(ms: number, lines: readonly (string | Buffer)[]): Promise<number> {
  const opened = await openRolloutAsOf(writeRollout(temporaryFolder(), 'rollout.jsonl', lines), zero + ms);
  if (opened.kind !== 'file') throw new Error('a file was opened');
  const bytes = Buffer.alloc(opened.file.size);
  opened.file.read(bytes, 0);
  opened.file.close();
  return bytes.toString().split('\n').length - 1;
}

const turn = [line(10, 'task_started'), line(10), line(12, 'token_count')];

test.each<[string, number, (string | Buffer)[], number]>([
  ['a turn that began later', 5, [line(0), line(3), ...turn], 2],
  ['a turn that began in the same millisecond', 10.4, [line(0), ...turn], 1],
  ['what was written in the same millisecond', 10.4, [line(0), line(10)], 2],
  ['a turn that was written before', 12.9, [line(0), ...turn], 4],
  ['lines without a time among newer ones', 5, [line(0), line(10), 'no json', '', line(11)], 1],
  ['lines without a time at the end', 5, [line(0), 'no json'], 2],
  ['a line too long to look at, between newer ones', 5, [line(0), line(10), `"${'x'.repeat(2 ** 21)}"`, line(11)], 1],
  ['a rollout that is newer altogether', 5, [line(10), line(11)], 2],
  ['a rollout from a machine whose clock is ahead, and a turn that began later', 5, [line(500), ...turn], 1],
])('%s', async (_, ms, lines, count) => {
  expect(await linesAt(ms, lines)).toBe(count);
});
