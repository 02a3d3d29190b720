import { expect, test } from 'vitest';
import { type JsonValue, memberAt } from '../../src/json/json-value.ts';
import { LifecycleWatch } from '../../src/replay/judge/lifecycle-watch.ts';

const usage = (threadId: string) => ({ method: 'thread/tokenUsage/updated', params: { threadId } });
const answer = (id: number, thread: string) => ({ id, result: { thread: { id: thread, turns: [] } } });

/** Each lifecycle among these messages, with the threads of the usage that belongs to it. */
function usagesOf(messages: readonly (readonly ['sent' | 'received', JsonValue])[]): string[] {
  const found: string[] = [];
  const watch = new LifecycleWatch({
    answered: () => {},
    over: ({ lifecycle, entries }) => {
      const usages = entries.filter(({ message }) => memberAt(message, 'method') === 'thread/tokenUsage/updated');
      found.push([lifecycle, ...usages.map(({ message }) => memberAt(message, 'params', 'threadId'))].join(' '));
    },
  });
  for (const [at, [direction, message]] of messages.entries()) {
    watch.add({ seq: at + 1, atMs: at, connection: 'c1', direction, message });
  }
  watch.end();
  return found;
}

test('usage that comes when the client has gone on already belongs to the request that was answered', () => {
  const resume = (id: number) => ({ id, method: 'thread/resume', params: { threadId: 'a' } });
  expect(
    usagesOf([
      ['sent', resume(1)],
      ['received', answer(1, 'a')],
      ['sent', resume(2)],
      ['received', usage('a')],
      ['received', answer(2, 'a')],
      ['sent', { id: 3, method: 'thread/fork', params: { threadId: 'a' } }],
      ['received', usage('a')],
      ['received', answer(3, 'b')],
      ['received', usage('b')],
    ]),
  ).toEqual(['resume a', 'rejoin a', 'fork b']);
});

test('usage that comes before the response of the only request is part of it', () => {
  expect(
    usagesOf([
      ['sent', { id: 1, method: 'thread/resume', params: { threadId: 'a' } }],
      ['received', usage('a')],
      ['received', answer(1, 'a')],
    ]),
  ).toEqual(['resume a']);
});
