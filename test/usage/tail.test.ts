import { expect, test } from 'vitest';
import { Tail } from '../../src/usage/tail.ts';

function tailOf(direction: 'forward' | 'backward', count: number): Tail {
  const tail = new Tail('r.jsonl', direction);
  for (let i = 0; i < count; i++) {
    const place = direction === 'forward' ? i : count - 1 - i;
    const line = { offset: place * 10, length: 9, terminated: true, bytes: null, matched: false };
    const id = place % 2 === 0 ? 'unreadable-line' : 'invalid-utf8';
    tail.add(line, { kind: 'notice', id, message: id });
  }
  return tail;
}

test.each(['forward', 'backward'] as const)(
  'of many bad lines read %s the last hundred of both sorts are named, in file order, and the others counted',
  (direction) => {
    const [doubtful, more, ...named] = tailOf(direction, 1_000).notices();
    expect(doubtful).toMatchObject({ id: 'invalid-utf8', byteOffset: null });
    expect(doubtful?.message).toBe('400 more lines before these make the answer doubtful too');
    expect(more).toMatchObject({ id: 'more-skipped-lines', message: '400 more lines before these are skipped' });
    const offsets = named.map(({ byteOffset }) => byteOffset as number);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    const skipped = named.filter(({ id }) => id === 'unreadable-line').map(({ byteOffset }) => byteOffset);
    expect([skipped.length, skipped[0], skipped.at(-1)]).toEqual([100, 8_000, 9_980]);
    const refused = named.filter(({ id }) => id === 'invalid-utf8').map(({ byteOffset }) => byteOffset);
    expect([refused.length, refused[0], refused.at(-1)]).toEqual([100, 8_010, 9_990]);
  },
);
