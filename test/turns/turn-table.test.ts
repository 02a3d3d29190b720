import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CountColumn } from '../../src/turns/count-column.ts';
import { TimestampColumn } from '../../src/turns/timestamp-column.ts';
import { turnNamed } from '../../src/turns/turn.ts';
import { TurnTable } from '../../src/turns/turn-table.ts';
import { samples } from '../support/random-sample.ts';

const EDGES = [
  -(2n ** 31n) - 1n,
  -(2n ** 31n),
  1n - 2n ** 31n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 53n - 1n,
  2n ** 53n,
  1n - 2n ** 53n,
  -(2n ** 53n),
  -(2n ** 64n),
  -(2n ** 63n),
  -(2n ** 63n) + 1n,
  0n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 70n,
];
const number = fc.option(
  fc.oneof(
    fc.constantFrom(...EDGES),
    fc.bigInt(-(2n ** 65n), 2n ** 65n),
    fc.bigInt(0n, 2n),
    fc.bigInt(1_790_000_000_000n, 1_790_000_000_100n),
  ),
);

/** Many rows one after the other, as turns come, or a row anywhere. */
function writesOf<T>(value: fc.Arbitrary<T>): fc.Arbitrary<readonly (readonly [row: number, value: T])[]> {
  const row = fc.oneof(fc.nat({ max: 3000 }), fc.nat({ max: 20 }));
  const run = fc
    .tuple(row, fc.oneof(fc.constant(2100), fc.nat({ max: 40 })), value)
    .map(([from, length, each]) => Array.from({ length }, (_, i) => [from + i, each] as const));
  return fc
    .array(
      fc.oneof(
        fc.tuple(row, value).map((write) => [write]),
        run,
      ),
      { maxLength: 30 },
    )
    .map((runs) => runs.flat());
}

test('a column of counts keeps each one exactly, and what is missing', () => {
  fc.assert(
    fc.property(writesOf(number), (writes) => {
      const column = new CountColumn();
      for (const [row, value] of writes) column.set(row, value);
      const expected = new Map(writes);
      const rows = [...expected.keys()];
      expect(rows.map((row) => column.get(row))).toEqual([...expected.values()]);
      const others = Array.from({ length: 3000 }, (_, row) => row).filter((row) => !expected.has(row));
      expect(others.filter((row) => column.get(row) !== null)).toEqual([]);
    }),
    { numRuns: samples(30) },
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
  fc.assert(
    fc.property(writesOf(fc.option(fc.oneof(usual, odd))), (writes) => {
      const column = new TimestampColumn();
      for (const [row, value] of writes) column.set(row, value);
      const expected = new Map(writes);
      expect([...expected.keys()].map((row) => column.get(row))).toEqual([...expected.values()]);
    }),
    { numRuns: samples(30) },
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
