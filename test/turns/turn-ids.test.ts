import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KnownIds } from '../../src/turns/known-ids.ts';
import { TurnIds } from '../../src/turns/turn-ids.ts';

const id = fc.oneof(
  fc.uuid(),
  fc.constantFrom(
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    'FFFFFFFF-0000-4000-8000-000000000000',
    '',
    'rollout-007',
    'rollout--1',
  ),
  fc.nat({ max: 30 }).map((n) => `rollout-${n}`),
  fc.nat({ max: 30 }).map((n) => `t${n}`),
  fc.nat({ max: 30 }).map((n) => `019b8d00-0001-7000-8000-${String(n).padStart(12, '0')}`),
  // Texts of the same hash.
  fc.constantFrom('Aa', 'BB'),
);
const step = fc.oneof({ weight: 9, arbitrary: id }, { weight: 1, arbitrary: fc.nat({ max: 12 }) });

test('ids keep their order and form, and the first place of each is found, also after rollbacks and beside others', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.array(id), (steps, further) => {
      const known = new KnownIds();
      const others = new TurnIds(known);
      const ids = new TurnIds(known);
      const expected: string[] = [];
      for (const each of steps) {
        if (others.placeOf(`${each}`) === undefined) others.push(`${each}`);
        if (typeof each === 'string') {
          ids.push(each);
          expected.push(each);
        } else {
          const length = Math.max(0, expected.length - each);
          ids.truncate(length);
          expected.length = length;
        }
      }
      expect(Array.from({ length: ids.length }, (_, place) => ids.at(place))).toEqual(expected);
      expect(ids.last).toBe(expected.at(-1));
      for (const each of [...expected, ...further]) {
        const place = expected.indexOf(each);
        expect(ids.placeOf(each)).toBe(place < 0 ? undefined : place);
      }
    }),
    { numRuns: 300 },
  );
});

test('an id that is taken back again and again is found as quickly as ever', () => {
  const ids = new TurnIds();
  for (let i = 0; i < 100_000; i++) {
    ids.push('a');
    ids.truncate(0);
  }
  ids.push('b');
  expect([ids.placeOf('a'), ids.placeOf('b')]).toEqual([undefined, 0]);
});
