import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { KindAtHead } from '../../src/rollout/lines/kind-at-head.ts';
import { kindOfLine } from '../../src/rollout/records/kind-of-line.ts';

const lines = globSync(['samples/**/*.jsonl', 'test/{oracle,cases}/**/*.jsonl'])
  .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
  .filter((line) => line.startsWith('{'));

test('nearly every line that Codex wrote is told by its first bytes, as parsing tells it', () => {
  const heads = new KindAtHead();
  let told = 0;
  for (const line of lines) {
    const bytes = Buffer.from(line);
    const kind = heads.read(bytes, 0, bytes.length);
    if (kind === null) continue;
    told++;
    const parsed = kindOfLine(bytes);
    if (parsed !== null) expect([line, kind]).toEqual([line, parsed]);
  }
  expect(told / lines.length).toBeGreaterThan(0.9);
});

test('a line that stands in the middle of a block is read to its end only', () => {
  const heads = new KindAtHead();
  const line = '{"timestamp":"t","ordinal":3,"type":"event_msg","payload":{"type":"token_count","info":null}}';
  const block = Buffer.from(`xx${line}yy`);
  fc.assert(
    fc.property(fc.nat(line.length), (length) => {
      const kind = heads.read(block, 2, 2 + length);
      expect(kind).toBe(length >= line.indexOf(',"info"') ? 'event_msg/token_count' : null);
    }),
  );
});

test.each([
  '{"timestamp": "t","type":"compacted","payload":{}}',
  '{"type":"compacted","timestamp":"t","payload":{}}',
  '{"timestamp":"t","type":"comp\\u0061cted","payload":{}}',
  '{"timestamp":"t","type":"compacted","payload":[]}',
  '{"timestamp":"t","type":"event_msg","payload":{"message":"m","type":"agent_message"}}',
  '{"timestamp":"t","ordinal":null,"type":"compacted","payload":{}}',
  ' {"timestamp":"t","type":"compacted","payload":{}}',
])('left to parsing: %s', (line) => {
  expect(new KindAtHead().read(Buffer.from(line), 0, line.length)).toBeNull();
});
