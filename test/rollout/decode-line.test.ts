import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { lineDecoder } from '../../src/rollout/records/decode-line.ts';
import { recordDecoder } from '../../src/rollout/records/record.ts';
import { samples } from '../support/random-sample.ts';

/** Each reading that differs, and the oldest and the newest shapes. */
const versions = [
  '0.98.0',
  '0.122.0',
  '0.138.0',
  '0.139.0',
  '0.144.6',
  '0.145.0',
  '0.150.0',
  '0.153.4',
  '0.160.0',
  '0.169.0',
];
const modes = ['legacy', 'paginated'] as const;

const decoders = versions.flatMap((name) =>
  modes.map((mode) => {
    const version = parseCodexVersion(name) as CodexVersion;
    return { name: `${name} ${mode}`, quick: lineDecoder(version, mode), exact: recordDecoder(version, mode) };
  }),
);

const lines = globSync(['samples/**/*.jsonl', 'test/{oracle,cases}/**/*.jsonl'])
  .sort()
  .flatMap((path) => splitLines(readFileSync(path)))
  .filter((line) => line.length > 0 && line.length < 20_000);

function splitLines(bytes: Buffer): Buffer[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .map((line) => Buffer.from(line, 'latin1'));
}

/** The line as the scanner hands it out, in the middle of a block. */
function placed(bytes: Buffer) {
  const block = Buffer.concat([Buffer.from('}\n'), bytes, Buffer.from('\n{"x')]);
  const place = isUtf8(bytes) ? { block, start: 2, end: 2 + bytes.length } : null;
  return { offset: 0, length: bytes.length, terminated: true, bytes, matched: false, place };
}

/** A few of the decoders, others each time. */
function some(turn: number): typeof decoders {
  return [turn, turn + 7].map((i) => decoders[i % decoders.length] as (typeof decoders)[number]);
}

function expectSame(line: Buffer, among: typeof decoders): void {
  for (const { name, quick, exact } of among) {
    const expected = line.toString('utf8').trim() === '' ? null : exact(line);
    const record = quick(placed(line));
    if (!isDeepStrictEqual(record, expected))
      expect([name, line.toString('latin1'), record]).toEqual([null, null, expected]);
  }
}

test('every line of the tests and samples is decoded as the exact decoder does', () => {
  const distinct = new Set(lines.map((line) => line.toString('latin1')));
  for (const [i, line] of [...distinct].entries()) expectSame(Buffer.from(line, 'latin1'), some(i));
});

/** What is put into lines: bits of JSON, names and values that mean something, and what spoils a line. */
const pieces = [
  ...[
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ' ',
    '\t',
    '0',
    '-',
    '.',
    'e5',
    '\u0000',
    '\r',
    'é',
    '\\u0061',
    '\\ud800',
  ],
  ...[
    'null',
    'true',
    '""',
    '{}',
    '[]',
    '1e2',
    '12.50',
    '-0',
    '00',
    '12345678901234567890',
    '"type":"user"',
    '"role":"user"',
  ],
  ...[
    '"ordinal":null,',
    '"ordinal":7,',
    '"type":"event_msg",',
    '"payload":{},',
    '"info":null,',
    '"text":"",',
    '"message":""',
  ],
  ...['"turn_id":null,', '"window_id":3,', '"replacement_history":null,', '"type":"Plan"', ',"type":"token_count"'],
].map((piece) => Buffer.from(piece));

const mutation = fc.record({
  line: fc.nat(),
  other: fc.nat(),
  edits: fc.array(
    fc.record({
      at: fc.nat(),
      length: fc.nat(12),
      kind: fc.constantFrom('put', 'replace', 'remove', 'repeat', 'flip', 'swap members', 'splice'),
      piece: fc.nat(pieces.length - 1),
      bit: fc.nat(7),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

function mutated({ line, other, edits }: typeof mutation extends fc.Arbitrary<infer T> ? T : never): Buffer {
  let bytes: Buffer = Buffer.from(lines[line % lines.length] as Buffer);
  for (const { at, length, kind, piece, bit } of edits) {
    const place = at % (bytes.length + 1);
    const part = bytes.subarray(place, place + length);
    const join = (middle: Buffer, rest: number) =>
      Buffer.concat([bytes.subarray(0, place), middle, bytes.subarray(rest)]);
    if (kind === 'put') bytes = join(pieces[piece] as Buffer, place);
    else if (kind === 'replace') bytes = join(pieces[piece] as Buffer, place + length);
    else if (kind === 'remove') bytes = join(Buffer.alloc(0), place + length);
    else if (kind === 'repeat') bytes = join(Buffer.concat([part, part]), place + length);
    else if (kind === 'splice') bytes = join((lines[other % lines.length] as Buffer).subarray(place), bytes.length);
    else if (kind === 'swap members') bytes = swapped(bytes, place);
    else if (place < bytes.length) bytes[place] = (bytes[place] as number) ^ (1 << bit);
  }
  return bytes.subarray(0, bytes.includes(0x0a) ? bytes.indexOf(0x0a) : undefined);
}

/** The two members around a comma change their places; of an object of plain values. */
function swapped(bytes: Buffer, place: number): Buffer {
  const text = bytes.toString('latin1');
  const match = /("\w+":[^,{}[\]]+),("\w+":[^,{}[\]]+)/.exec(text.slice(place));
  return match
    ? Buffer.from(text.slice(0, place) + text.slice(place).replace(match[0], `${match[2]},${match[1]}`), 'latin1')
    : bytes;
}

const count = samples(200);

describe('mutated lines', () => {
  test(`are decoded as the exact decoder does: ${count} of them`, { timeout: 3_600_000 }, () => {
    const seed = process.env.ROLLOUT_INSPECT_SEED === 'random' ? Date.now() : 20_261_126;
    let turn = 0;
    fc.assert(
      fc.property(mutation, (each) => {
        expectSame(mutated(each), some(turn++));
      }),
      { numRuns: count, seed, endOnFailure: true },
    );
  });
});

test('lines that Codex writes are read quickly: of the newest samples nearly all', () => {
  const { exact } = decoders.at(-1) as (typeof decoders)[number];
  const quick = lineDecoder([0, 169, 0], 'paginated');
  let read = 0;
  const all = globSync('samples/0.169.0/*.jsonl').flatMap((path) => splitLines(readFileSync(path)));
  const written = all.filter((line) => line.length > 0);
  for (const line of written) {
    // Without its bytes nothing but the quick way is left.
    const record = quick({ ...placed(line), bytes: null });
    if (record) read++;
    if (record) expect(record).toEqual(exact(line));
  }
  expect(read / written.length).toBeGreaterThan(0.7);
});
