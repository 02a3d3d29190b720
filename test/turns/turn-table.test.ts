import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberColumns } from '../../src/turns/number-columns.ts';
import { TimestampColumns } from '../../src/turns/timestamp-columns.ts';
import { turnNamed } from '../../src/turns/turn.ts';
import { TurnTable } from '../../src/turns/turn-table.ts';

const EDGES = [
  -(2n ** 31n) - 1n,
  -(2n ** 31n),
  1n - 2n ** 31n,
  2n ** 31n - 1n,
  2n ** 31n,
  -(2n ** 64n),
  -(2n ** 63n),
  -(2n ** 63n) + 1n,
  0n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 70n,
];
const number = fc.option(fc.oneof(fc.constantFrom(...EDGES), fc.bigInt(-(2n ** 65n), 2n ** 65n)));

test('columns of numbers keep each one exactly, and what is missing', () => {
  const row = fc.integer({ min: 0, max: 3000 });
  fc.assert(
    fc.property(fc.array(fc.tuple(row, fc.integer({ min: 0, max: 2 }), number)), (writes) => {
      const columns = new NumberColumns(3);
      const expected = new Map<string, bigint | null>();
      for (const [place, column, value] of writes) {
        columns.set(place, column, value);
        expected.set(`${place} ${column}`, value);
      }
      for (const [key, value] of expected) {
        const [place = 0, column = 0] = key.split(' ').map(Number);
        expect(columns.get(place, column)).toBe(value);
      }
      expect(columns.get(5000, 1)).toBeNull();
    }),
  );
});

test('timestamps are given back as they were written', () => {
  const usual = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const odd = fc.constantFrom(
    '2026-01-05T08:00:00Z',
    '2026-01-05T08:00:00.000001Z',
    '2026-13-05T08:00:00.000Z',
    '',
    'today',
  );
  const text = fc.option(fc.oneof(usual, odd));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 1 }), text)), (writes) => {
      const columns = new TimestampColumns(2);
      const expected = new Map<string, string | null>();
      for (const [place, column, value] of writes) {
        columns.set(place, column, value);
        expected.set(`${place} ${column}`, value);
      }
      for (const [key, value] of expected) {
        const [place = 0, column = 0] = key.split(' ').map(Number);
        expect(columns.get(place, column)).toBe(value);
      }
    }),
  );
});

test('a table of many turns gives them back, finds the first of an id, and forgets what a rollback takes away', () => {
  const table = new TurnTable();
  const turns = Array.from({ length: 2500 }, (_, i) => ({
    ...turnNamed(`t${i % 2000}`, i % 3 === 0 ? ('failed' as const) : ('inProgress' as const)),
    explicit: i % 2 === 0,
    startedAt: BigInt(i),
    lastLineAt: `line ${i}`,
  }));
  for (const turn of turns) table.push(turn);
  expect([...table.turns()]).toEqual(turns);
  expect(table.find('t7')).toEqual(turns[7]);
  table.truncate(1500);
  expect(table.find('t1700')).toBeUndefined();
  table.push(turnNamed('t1700', 'completed'));
  expect([table.length, table.find('t1700')]).toEqual([1501, turnNamed('t1700', 'completed')]);
});
