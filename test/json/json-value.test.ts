import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonError } from '../../src/json/grammar.ts';
import { isJsonObject, jsonValue, memberAt, WrittenNumber } from '../../src/json/json-value.ts';

function read(text: string) {
  return jsonValue(Buffer.from(text));
}

/** A number that has the whole text read number by number. */
const UNUSUAL = '1e400';

describe('a number', () => {
  test.each([
    ['0', 0],
    ['-1', -1],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551616', 18446744073709551616n],
    ['0.5', 0.5],
    ['-0', new WrittenNumber('-0')],
    ['-0.0', new WrittenNumber('-0.0')],
    ['2000.0', new WrittenNumber('2000.0')],
    ['2e3', new WrittenNumber('2e3')],
    ['1E5', new WrittenNumber('1E5')],
    ['1e400', new WrittenNumber('1e400')],
    ['0.10000000000000000555', new WrittenNumber('0.10000000000000000555')],
  ])('%s is itself, wherever it stands', (text, value) => {
    expect(read(text)).toStrictEqual(value);
    expect(read(` [${text}, {"a" :${text}}]`)).toStrictEqual([value, { a: value }]);
  });

  // Number('…901120') prints as '…901100', so that the text alone does not tell whether a number is exact.
  test.each([
    ['9007199254740992', 9007199254740992n],
    ['1004264875572901100', 1004264875572901100n],
  ])('%s is whole beyond 2^53', (text, value) => {
    expect(read(text)).toStrictEqual(value);
  });

  test('in a string is none', () => {
    expect(read('["-0 1e400 9007199254740993"]')).toEqual(['-0 1e400 9007199254740993']);
  });
});

describe.each([
  ['without', '0'],
  ['with', UNUSUAL],
])('%s an unusual number', (_which, n) => {
  test('__proto__ is a key like others', () => {
    const value = read(`{"__proto__":{"polluted":true},"constructor":1,"n":${n}}`);
    expect(isJsonObject(value) && Object.keys(value)).toEqual(['__proto__', 'constructor', 'n']);
    expect(memberAt(value, '__proto__', 'polluted')).toBe(true);
    expect(memberAt(value, 'polluted')).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  });

  test('members that nobody wrote are not there', () => {
    expect(memberAt(read(`{"n":${n}}`), 'toString')).toBeUndefined();
    expect(memberAt(read(`[${n}]`), 'length')).toBeUndefined();
  });

  test('of a key that is there twice the last value counts', () => {
    expect(memberAt(read(`{"a":1,"n":${n},"a":2,"\\u0061":3}`), 'a')).toBe(3);
  });

  test('127 levels are read, 128 are not', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${n}${']'.repeat(depth)}`;
    expect(() => read(nested(127))).not.toThrow();
    expect(() => read(nested(128))).toThrow(JsonError);
  });

  test('strings and words are what they say', () => {
    expect(read(`["", "\\ud83d\\ude00\\u0000\\n", "é\u2028", true, false, null, {}, [], {"":{}}, ${n}]`)).toMatchObject(
      ['', '😀\u0000\n', 'é\u2028', true, false, null, {}, [], { '': {} }, expect.anything()],
    );
  });
});

test.each(['', ' ', '[1,]', '{"a"}', '01', '1.', '"\\ud800"', '[1] 2', '\ufeff1', 'NaN', "'a'"])(
  '%j is refused',
  (text) => {
    expect(() => read(text)).toThrow(JsonError);
  },
);

test('every value is read in the same way with and without an unusual number beside it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value);
      // What JSON.stringify writes of a number is what JavaScript writes, but for zero.
      // Whole numbers beyond 2^53 are read as something else than JSON.parse makes of them.
      fc.pre(!/\\ud[89a-f]|(?<![.\d])\d{16}|e\+/.test(text));
      expect(read(`[${text},${UNUSUAL}]`)).toEqual([read(text), new WrittenNumber(UNUSUAL)]);
      expect(read(text)).toEqual(JSON.parse(text));
    }),
  );
});
