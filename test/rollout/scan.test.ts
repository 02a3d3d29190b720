import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Line, ScanOptions } from '../../src/rollout/lines/line.ts';
import { scanBackward } from '../../src/rollout/lines/scan-backward.ts';
import { scanForward } from '../../src/rollout/lines/scan-forward.ts';
import { tokenCountProbe } from '../../src/rollout/lines/token-count-probe.ts';
import { collected, memoryFile, pieces } from '../support/bytes.ts';
import { samples } from '../support/random-sample.ts';

const options: ScanOptions = { probe: tokenCountProbe, holdBytes: 40 };

/** A line's bytes are only lent: keep a copy. */
const kept = ({ offset, length, terminated, matched, bytes }: Line): Line => ({
  offset,
  length,
  terminated,
  bytes: bytes && Buffer.from(bytes),
  matched,
});

/** The lines by the plainest means. */
function expectedLines(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, offset);
    const end = newline < 0 ? bytes.length : newline;
    const content = bytes.subarray(offset, end);
    lines.push({
      offset,
      length: content.length,
      terminated: newline >= 0,
      bytes: content.length > options.holdBytes ? null : content,
      matched: tokenCountProbe.matches(content),
    });
    offset = end + 1;
  }
  return lines;
}

const fragments = [
  '\n',
  '\n\n',
  '\r\n',
  '{}',
  '"token_count"',
  '"token',
  '_count"',
  '\\u0074',
  '\\u00',
  '\\u006F',
  'é',
  'x',
];
const content = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 60 })), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join('')));

describe('lines', () => {
  test('are the same however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.array(fc.nat()), async (bytes, cuts) => {
        expect(await collected(scanForward(pieces(bytes, cuts), options), kept)).toEqual(expectedLines(bytes));
      }),
      { numRuns: samples(250) },
    );
  });

  test('are the same from the end, in turned order, in blocks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 64 }), async (bytes, firstBlock) => {
        const scan = scanBackward(memoryFile(bytes), bytes.length, { ...options, firstBlock });
        expect((await collected(scan, kept)).reverse()).toEqual(expectedLines(bytes));
      }),
      { numRuns: samples(250) },
    );
  });

  test('before a given byte end there, though the file goes on', async () => {
    const bytes = Buffer.from('one\ntwo\nthree\n');
    const scan = scanBackward(memoryFile(bytes), 6, options);
    expect((await collected(scan, kept)).map((line) => [String(line.bytes), line.terminated])).toEqual([
      ['tw', false],
      ['one', true],
    ]);
  });

  test('of any length are read once, and held only up to the limit', async () => {
    const long = Buffer.concat([
      Buffer.from('{"a":1}\n{"b":"'),
      Buffer.alloc(5_000_000, 0x41),
      Buffer.from('"}\n{"c":1}\n'),
    ]);
    const file = memoryFile(long);
    const lines = await collected(scanBackward(file, long.length, options), kept);
    expect(lines.map(({ offset, length, bytes }) => [offset, length, bytes === null])).toEqual([
      [long.length - 8, 7, false],
      [8, 5_000_008, true],
      [0, 7, false],
    ]);
    expect(file.bytesRead).toBe(long.length);
  });

  test('that spell token_count across a block border are found', async () => {
    const bytes = Buffer.from(`${'x'.repeat(70)}"token_count"${'y'.repeat(70)}\n`);
    for (let cut = 60; cut < 90; cut++) {
      const [forward] = await collected(scanForward(pieces(bytes, [cut]), options), kept);
      expect(forward?.matched).toBe(true);
      const firstBlock = bytes.length - cut;
      const [backward] = await collected(
        scanBackward(memoryFile(bytes), bytes.length, { ...options, firstBlock }),
        kept,
      );
      expect(backward?.matched).toBe(true);
    }
  });
});
