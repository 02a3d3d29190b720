import { expect, test } from 'vitest';
import { textBlock, textEnd } from '../../src/json/text-end.ts';
import { textEndModule } from '../../src/json/text-end-wasm.ts';
import { assembled } from '../write-wasm.ts';

test('the module is what its source says', async () => {
  expect(textEndModule, 'run: npm run wasm').toBe(await assembled());
});

/** In ordinary memory the bytes are looked at one by one. */
function ends(text: string, from: number): { readonly plain: number; readonly quick: number } {
  const plain = Buffer.from(text);
  const block = textBlock(plain.length + 2).fill('n"');
  plain.copy(block);
  const quick = block.subarray(0, plain.length);
  return { plain: textEnd(plain, from), quick: textEnd(quick, from) };
}

const special = ['"', '\\', '\\"', '\\u0041', '\u0000', '\u001f', '\n'];

test.each(special)('%j is found wherever it stands, in both kinds of memory', (mark) => {
  for (let length = 0; length < 70; length++) {
    const { plain, quick } = ends(`${'ä~ \u007f'.repeat(20).slice(0, length)}${mark}rest"`, 0);
    expect(quick).toBe(plain);
    expect(plain).toBe(Buffer.byteLength('ä~ \u007f'.repeat(20).slice(0, length)));
  }
});

test('escaped line ends may be passed over, but no other escape', () => {
  const text = `${'plain text '.repeat(5)}\\nmore\\n\\nand\\\\n more"`;
  const { quick } = ends(text, 0);
  expect(text.slice(quick, quick + 3)).toBe('\\\\n');
});

test.each(['x'.repeat(100), `${'x'.repeat(100)}\\`, ''])('a text without an end: %j', (text) => {
  const { plain, quick } = ends(text, 0);
  expect(text[quick]).toBe(text[plain]);
});
