import { expect, test } from 'vitest';
import { LineCutter } from '../../src/tap/observe/line-cutter.ts';
import { random } from '../support/random.ts';
import { samples, seed } from '../support/random-sample.ts';

test('lines in any pieces are the lines of the whole, and stay until more is added', () => {
  for (let n = 0; n < samples(300); n++) {
    const below = random(`lines ${seed} ${n}`);
    const longest = 1 + below(60);
    const text = Array.from(
      { length: below(20) },
      (_, i) => `${i}`.repeat(below(50)) + (below(3) > 0 ? '\n' : ''),
    ).join('');
    const cutter = new LineCutter(longest);
    const lines: string[] = [];
    for (let start = 0; start < text.length; ) {
      const end = start + 1 + below(80);
      lines.push(...[...cutter.add(Buffer.from(text.slice(start, end)))].map(String));
      start = end;
    }
    const rest = cutter.rest();
    if (rest) lines.push(String(rest));
    const all = text.split('\n').filter((line) => line !== '');
    const tooLong = all.filter((line) => line.length > longest);
    expect({ n, lines, tooLong: cutter.tooLong }).toEqual({
      n,
      lines: all.filter((line) => line.length <= longest),
      tooLong: tooLong.length,
    });
  }
});
