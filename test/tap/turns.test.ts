import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/json/json-value.ts';
import { TurnWatch } from '../../src/tap/judge/turn-watch.ts';

const threadId = 'thread-1';
const usage = (total: number) => ({
  totalTokens: total,
  inputTokens: total,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
});
const message = (method: string, params: JsonObject) => ({ method, params: { threadId, ...params } });
const started = (id: string) => message('turn/started', { turn: { id, status: 'inProgress' } });
const completed = (id: string) => message('turn/completed', { turn: { id, status: 'completed' } });
const spent = (turnId: string, total: number) =>
  message('thread/tokenUsage/updated', {
    turnId,
    tokenUsage: { total: usage(total), last: usage(10), modelContextWindow: 1_000 },
  });
const itemStarted = message('item/started', { item: { id: 'i', type: 'agentMessage' } });
const itemCompleted = message('item/completed', { item: { id: 'i', type: 'agentMessage' } });
const delta = message('item/agentMessage/delta', { itemId: 'i', delta: 'word' });
const answered = [itemStarted, delta, itemCompleted];
const turn = (id: string, total: number) => [started(id), ...answered, spent(id, total), completed(id)];

/** What is found in these messages of a server to one client that then goes. */
function foundIn(...messages: readonly (JsonObject & { readonly sent?: true })[]): string[] {
  const found: string[] = [];
  const watch = new TurnWatch(({ id, severity, turnId }) => found.push(`${severity} ${id} ${turnId}`));
  messages.forEach(({ sent, ...said }, i) => {
    watch.add({ seq: i + 1, atMs: i, connection: 'c1', direction: sent ? 'sent' : 'received', message: said });
  });
  watch.closed('c1');
  return found;
}

test.each<[string, JsonObject[], string[]]>([
  ['two healthy turns', [...turn('a', 10), ...turn('b', 20)], []],
  [
    'a turn with two responses',
    [started('a'), ...answered, spent('a', 10), ...answered, spent('a', 20), completed('a')],
    [],
  ],
  ['a turn without an answer', [started('a'), completed('a')], []],
  ['usage does not come', [started('a'), ...answered, completed('a')], ['fail turn-usage a']],
  ['usage for another turn', [started('a'), ...answered, spent('b', 10), completed('a')], ['fail turn-usage-turn a']],
  [
    'usage twice',
    [started('a'), ...answered, spent('a', 10), spent('a', 10), completed('a')],
    ['warn turn-usage-once a'],
  ],
  ['a total that falls', [...turn('a', 20), ...turn('b', 10)], ['fail turn-totals b']],
  ['turns that are taken back', [...turn('a', 20), message('thread/reverted', {}), ...turn('b', 10)], []],
  ['no turn/completed', [started('a'), ...turn('b', 10)], ['fail turn-completed a']],
  ['a client that goes in a turn', [started('a')], ['warn turn-completed a']],
  ['another turn ends', [started('a'), completed('b')], ['fail turn-completed b', 'warn turn-completed a']],
  ['an item that had not begun', [started('a'), itemCompleted, spent('a', 10), completed('a')], ['warn turn-items a']],
  [
    'a part of one that is over',
    [started('a'), ...answered, delta, spent('a', 10), completed('a')],
    ['warn turn-items a'],
  ],
  ['an item that does not end', [started('a'), itemStarted, completed('a')], ['warn turn-items a']],
])('%s', (_, messages, findings) => {
  expect(foundIn(...messages)).toEqual(findings);
});

test('the usage that a rejoin is told while a turn runs names whatever turn it does', () => {
  const answer = { id: 1, result: { thread: { id: threadId, turns: [] } } };
  const request = { id: 1, method: 'thread/resume', params: { threadId }, sent: true as const };
  expect(foundIn(started('b'), request, answer, spent('a', 10), ...answered, spent('b', 20), completed('b'))).toEqual(
    [],
  );
});
