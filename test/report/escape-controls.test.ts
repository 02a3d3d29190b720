import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine } from '../../src/report/csv.ts';
import { escapeControls } from '../../src/report/escape-controls.ts';
import { jsonText, writeNdjson } from '../../src/report/json.ts';
import { stderrLine } from '../../src/report/stderr-line.ts';
import { isCiCommand, logLines } from '../support/ci-runners.ts';
import { actsOnTerminal, hostileTexts } from '../support/hostile-texts.ts';
import { samples } from '../support/random-sample.ts';

const anyText = fc.oneof(
  fc.array(fc.nat(0x10ffff)).map((codePoints) => String.fromCodePoint(...codePoints)),
  fc.string(),
  fc
    .array(fc.constantFrom(...hostileTexts, '##', '[', ':', '::', ' ', '\u00a0', 'a', ']'))
    .map((parts) => parts.join('')),
);

describe('shown text', () => {
  test('has no character that acts on a terminal, for every code point', () => {
    for (let first = 0; first <= 0x10ffff; first += 256) {
      const block = String.fromCodePoint(...Array.from({ length: 256 }, (_, i) => first + i));
      if (!actsOnTerminal(escapeControls(block))) continue;
      const through = [...block].filter((character) => actsOnTerminal(escapeControls(character)));
      throw new Error(`${through.map((character) => `U+${character.codePointAt(0)?.toString(16)}`)} came through`);
    }
  });

  test('is no CI command and is one line, whatever it says', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = escapeControls(text);
        expect(logLines(shown)).toHaveLength(1);
        expect(isCiCommand(shown)).toBe(false);
        expect(logLines(stderrLine(text)).filter(isCiCommand)).toEqual([]);
      }),
      { numRuns: samples(300) },
    );
  });

  test('shows what it hides, and leaves ordinary text alone', () => {
    expect(escapeControls('a\u001b[31mb\u0007\n\u202e\u{e0041}')).toBe('a\\x1b[31mb\\x07\\x0a\\u{202e}\\u{e0041}');
    expect(escapeControls('C:\\Users\\é 日本 ✓ ::notice ## [x]')).toBe('C:\\Users\\é 日本 ✓ ::notice ## [x]');
  });
});

describe('JSON', () => {
  test('has all digits of every integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (count) => {
        expect(jsonText({ count, list: [count] })).toBe(`{\n  "count": ${count},\n  "list": [\n    ${count}\n  ]\n}\n`);
      }),
    );
  });

  test('keeps texts that look like its own marks for integers', () => {
    const lookalikes = ['\0', '\0' + '1', '\0\0' + '2', '"\0' + '3"', '\\"\0' + '4"', ',"\0' + '5"', '\\'];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...lookalikes), fc.string())), (texts) => {
        expect(JSON.parse(jsonText({ texts, joined: texts.join('') }))).toEqual({ texts, joined: texts.join('') });
      }),
      { numRuns: samples(200) },
    );
  });

  test('has nothing that acts on a terminal or a CI runner', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = jsonText({ text });
        expect(actsOnTerminal(json)).toBe(false);
        expect(logLines(jsonText({ text })).filter(isCiCommand)).toEqual([]);
        expect(JSON.parse(json)).toEqual({ text: JSON.parse(JSON.stringify(text)) });
      }),
      { numRuns: samples(300) },
    );
  });

  test('one object a line, as they come', async () => {
    const written: string[] = [];
    async function* models() {
      yield { count: 2n ** 63n - 1n, text: 'a\nb' };
      yield { count: null };
    }
    await writeNdjson(models(), async (text) => void written.push(text));
    expect(written).toEqual(['{"count":9223372036854775807,"text":"a\\nb"}\n', '{"count":null}\n']);
  });
});

test('CSV cells are quoted, numbers stay numbers and formulas stay text', () => {
  expect(csvLine(['a,b', 'say "hi"', '=1+1', '-x', '\ttab', -5n, 1.5, true, null, 2n ** 63n - 1n])).toBe(
    '"a,b","say ""hi""",\'=1+1,\'-x,\\x09tab,-5,1.5,true,,9223372036854775807\n',
  );
});

test('formulas stay text where a spreadsheet cuts at another separator, and in full width', () => {
  expect(csvLine(['a;=1+1', 'a; +1;-2;@x;-', '＝1+1', 'x;＋1', '－1', '＠x', 'a=1; b'])).toBe(
    "a;'=1+1,a; '+1;'-2;'@x;-,'＝1+1,x;'＋1,'－1,'＠x,a=1; b\n",
  );
});
