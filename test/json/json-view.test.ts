import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonError } from '../../src/json/grammar.ts';
import { type JsonView, parseJson } from '../../src/json/json-view.ts';
import { samples } from '../support/random-sample.ts';

/** The whole value, by the views alone. */
function value(view: JsonView): unknown {
  switch (view.kind) {
    case 'object':
      return new Map([...view.entries()].map(([key, member]) => [key, value(member)]));
    case 'array':
      return [...view.elements()].map(value);
    case 'string':
      return view.text;
    default:
      return JSON.parse(view.raw);
  }
}

function asMaps(parsed: unknown): unknown {
  if (Array.isArray(parsed)) return parsed.map(asMaps);
  if (typeof parsed !== 'object' || parsed === null) return parsed;
  return new Map(Object.entries(parsed).map(([key, member]) => [key, asMaps(member)]));
}

const wellFormed = (text: string) => !/\\ud[89ab]/i.test(text);

describe('JSON', () => {
  test('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), fc.constantFrom(0, 1, 2), (text, indent) => {
        fc.pre(wellFormed(text));
        const source = JSON.stringify(JSON.parse(text), null, indent);
        expect(value(parseJson(Buffer.from(source), 'any'))).toEqual(asMaps(JSON.parse(source)));
      }),
      { numRuns: 1000 },
    );
  });

  test('is refused wherever JSON.parse refuses it, and never with anything but a JsonError', () => {
    const tokens = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '1',
      '-',
      '0',
      '.',
      'e',
      'true',
      'nul',
      '\\',
      '\\u00e9',
      ' ',
      '\n',
      '\0',
      'é',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const isJson = (read: () => unknown) => {
          try {
            read();
            return true;
          } catch (error) {
            if (!(error instanceof SyntaxError || error instanceof JsonError)) throw error;
            return false;
          }
        };
        expect(isJson(() => parseJson(Buffer.from(text), 'any'))).toBe(isJson(() => JSON.parse(text)));
      }),
      { numRuns: samples(1_000) },
    );
  });

  test.each([
    ['{"a":\u0000}', 'byte 0x00 where a value is expected', 5],
    ['{"a":1}{"b":2}', 'text after the value', 7],
    ['{"a":"\\ud800"}', 'a lone surrogate escape', 6],
    ['{"a":"x', 'the text ends inside a string', 7],
    ['{"a":01}', 'a number with a leading zero', 5],
    [`${'['.repeat(128)}${']'.repeat(128)}`, 'nested deeper than 127 levels', 127],
    ['\ufeff{}', 'a byte order mark', 0],
  ])('%j is refused with the reason and the place', (text, reason, offset) => {
    expect(() => parseJson(Buffer.from(text), 'any')).toThrow(expect.objectContaining({ message: reason, offset }));
  });

  test('of a repeated key the last one counts, however it is spelled', () => {
    const view = parseJson(Buffer.from('{"a":1,"\\u0061":2,"__proto__":3}'), 'any');
    expect([...view.members(new Set(['a', '__proto__']))].map(([key, member]) => [key, member.raw])).toEqual([
      ['a', '2'],
      ['__proto__', '3'],
    ]);
  });
});
