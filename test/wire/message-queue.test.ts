import { expect, test } from 'vitest';
import { MessageQueue } from '../../src/wire/message-queue.ts';

test('long texts wait one by one, short ones together', async () => {
  const queue = new MessageQueue();
  const taken: string[] = [];
  const push = (name: string, bytes: number) =>
    queue.push(Buffer.alloc(bytes, name)).then(() => {
      taken.push(name);
    });
  await Promise.all([push('a', 10), push('b', 10)]);
  const long = push('c', 8 * 1024 * 1024);
  const next = push('d', 10);
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toEqual(['a', 'b']);
  const reader = queue[Symbol.asyncIterator]();
  for (let i = 0; i < 3; i++) await reader.next();
  await Promise.all([long, next]);
  expect(taken).toEqual(['a', 'b', 'c', 'd']);
});
