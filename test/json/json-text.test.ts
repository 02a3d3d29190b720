import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/json/json-text.ts';
import { type JsonValue, jsonValue, WrittenNumber } from '../../src/json/json-value.ts';

test.each<[JsonValue, string]>([
  [null, 'null'],
  [true, 'true'],
  [1.5, '1.5'],
  [2n ** 63n - 1n, '9223372036854775807'],
  [new WrittenNumber('2000.0'), '2000.0'],
  [[], '[]'],
  [{}, '{}'],
  [[1, [2n, {}], 'a'], '[1,[2,{}],"a"]'],
  [{ b: [], a: { c: '"\\' } }, '{"b":[],"a":{"c":"\\"\\\\"}}'],
  ['\r\n\0\u001b', '"\\r\\n\\u0000\\u001b"'],
  ['\ud800 \udc00\ud800 😀', '"\ufffd \ufffd\ufffd 😀"'],
])('%o', (value, text) => {
  expect(jsonText(value)).toBe(text);
});

test('what is written is read again as it was, and is one line', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 6 }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      (value, whole) => {
        const text = jsonText([value as JsonValue, whole]);
        expect(text).not.toMatch(/[\r\n]/);
        // Doubles beyond 2^53 are read as the whole numbers that they are written as.
        fc.pre(!/(?<![.\d])\d{16}|e\+/.test(JSON.stringify(value)));
        const written = JSON.parse(JSON.stringify(value).replace(/\\ud[89a-f]../g, '\ufffd'));
        const [read, readWhole] = jsonValue(Buffer.from(text)) as [JsonValue, number | bigint];
        expect(read).toEqual(written);
        expect(jsonText(readWhole)).toBe(String(whole));
      },
    ),
  );
});
