import { join, normalize, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { absolutePath, entryOf } from '../../src/history/paths.ts';

const part = fc.constantFrom('', '.', '..', '...', 'a', 'b.jsonl', '.c', 'd.', ' ', '\n', 'ü');
const path = fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/'));

test('a path is made absolute, and an entry put behind its folder, as Node.js does it', () => {
  fc.assert(
    fc.property(path, (each) => {
      expect(absolutePath(each)).toBe(resolve(each));
      expect(entryOf(normalize(each), 'x.jsonl')).toBe(join(each, 'x.jsonl'));
    }),
    { numRuns: 2000 },
  );
});
