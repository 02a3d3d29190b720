import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { newestCodex } from '../../src/codex/version.ts';
import { RolloutFinder } from '../../src/history/finder.ts';
import { openRollout } from '../../src/rollout/lines/open-rollout.ts';
import { measureRollout } from '../../src/size/measure-rollout.ts';
import type { RolloutSize } from '../../src/size/rollout-size.ts';
import { pieces } from '../support/bytes.ts';
import { samples } from '../support/random-sample.ts';
import { sessionMeta, taskStarted, temporaryFolder, threadA, tokenCount, writeRollout } from '../support/rollout.ts';

const at = '"timestamp":"2026-03-27T10:00:00.000Z"';

async function measured(path: string): Promise<RolloutSize> {
  return (await measureRollout(path, await openRollout(path), new RolloutFinder(newestCodex))).size;
}

async function measuredLines(lines: readonly (string | Buffer)[]): Promise<RolloutSize> {
  return measured(writeRollout(temporaryFolder(), 'rollout.jsonl', lines));
}

function sum(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}

function cause(size: RolloutSize, id: string) {
  const found = size.causes.find((each) => each.id === id);
  return found && { bytes: found.bytes, count: found.count, message: found.message };
}

test('kinds and causes add up to the file, for every rollout of the tests and samples', async () => {
  const paths = globSync(['samples/**/*.jsonl', 'test/{oracle,cases}/**/*.jsonl']);
  expect(paths.length).toBeGreaterThan(100);
  for (const path of paths) {
    const size = await measured(path);
    const bytes = readFileSync(path).length;
    expect([path, size.bytes, sum(size.kinds), sum(size.causes)]).toEqual([path, bytes, bytes, bytes]);
  }
});

describe('images', () => {
  const images = Array.from({ length: 3 }, () => randomBytes(3000).toString('base64'));
  const item = (image: string) =>
    `{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,${image}"}]}`;
  const compaction = (number: number) =>
    `{${at},"type":"compacted","payload":{"message":"","replacement_history":[${images.map(item)}],"window_number":${number}}}`;
  const rollout = [
    sessionMeta(threadA),
    ...images.map((image) => `{${at},"type":"response_item","payload":${item(image)}}`),
    ...Array.from({ length: 20 }, (_, i) => compaction(i)),
  ];

  test('that compactions copy are the cause, and are told apart from their copies', async () => {
    const size = await measuredLines(rollout);
    expect(size.causes[0]?.id).toBe('inline-images');
    expect(cause(size, 'inline-images')).toEqual({
      bytes: 63 * 4000,
      count: 63,
      message: '3 different images (or other base64 data), 63 copies, 60 of them in 20 compacted histories',
    });
    expect(size.why).toMatch(/^9\d% of it is inline images: 3 different images/);
    expect(size.repeated).toEqual({
      bytes: 60 * 4000,
      images: { unique: 3, copies: 63, inCompactions: 60, uniqueBytes: 3 * 4000, bytes: 63 * 4000 },
    });
    expect(cause(size, 'compacted-history')?.count).toBe(20);
    expect(sum(size.causes)).toBe(size.bytes);
  });

  test('of which 43 stand there 9,173 times in 287 compactions are counted to the byte', async () => {
    const many = Array.from({ length: 43 }, () => randomBytes(900).toString('base64'));
    const first = many.map((image) => `{${at},"type":"response_item","payload":${item(image)}}`);
    const lines = [sessionMeta(threadA), ...first];
    for (let left = 9173 - 43, next = 0; lines.length < 1 + 43 + 287; ) {
      const count = Math.ceil(left / (1 + 43 + 287 - lines.length));
      const history = Array.from({ length: count }, () => item(many[next++ % 43] ?? ''));
      lines.push(`{${at},"type":"compacted","payload":{"message":"","replacement_history":[${history}]}}`);
      left -= count;
    }
    const size = await measuredLines(lines);
    expect(size.causes[0]).toMatchObject({ id: 'inline-images', count: 9173, bytes: 9173 * 1200 });
    expect(size.why).toContain(
      '43 different images (or other base64 data), 9,173 copies, 9,130 of them in 287 compacted',
    );
    expect(sum(size.causes)).toBe(size.bytes);
    expect(sum(size.kinds)).toBe(size.bytes);
  });

  test('are the same wherever the bytes are cut', async () => {
    const bytes = Buffer.from(rollout.slice(0, 8).join('\n'));
    const of = async (cuts: readonly number[]) => {
      const opened = { kind: 'stream', chunks: pieces(bytes, cuts) } as const;
      return (await measureRollout('-', opened, new RolloutFinder(newestCodex))).size;
    };
    const whole = await of([]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 200 }), async (cuts) => {
        expect(await of(cuts)).toEqual(whole);
      }),
      { numRuns: samples(30) },
    );
  });

  test('encrypted content is none', async () => {
    const encrypted = randomBytes(3000).toString('base64url');
    const size = await measuredLines([
      sessionMeta(threadA),
      `{${at},"type":"compacted","payload":{"message":"","replacement_history":[{"type":"compaction","encrypted_content":"${encrypted}"}]}}`,
    ]);
    expect(cause(size, 'inline-images')).toBeUndefined();
  });
});

test('the longest lines are named with their places', async () => {
  const long = `{${at},"type":"response_item","payload":{"type":"function_call_output","call_id":"c","output":"${'x '.repeat(400_000)}"}}`;
  const first = sessionMeta(threadA);
  const { largest, kinds } = await measuredLines([first, tokenCount(100), long, tokenCount(200)]);
  expect(largest[0]).toEqual({
    byteOffset: first.length + tokenCount(100).length + 2,
    bytes: long.length + 1,
    kind: 'response_item/function_call_output',
  });
  expect(kinds.find(({ kind }) => kind === 'event_msg/token_count')?.records).toBe(2);
});

test('lines of another layout are parsed, and those that are no records are named', async () => {
  const reordered = `{"type":"event_msg","payload":{"message":"hi","type":"agent_message"},${at}}`;
  const size = await measuredLines([sessionMeta(threadA), reordered, '', '{"timestamp":', 'no JSON']);
  expect(size.kinds.map(({ kind, records }) => [kind, records])).toContainEqual(['event_msg/agent_message', 1]);
  expect(size.kinds.map(({ kind, records }) => [kind, records])).toContainEqual(['unreadable', 2]);
  expect(size.kinds.map(({ kind, records }) => [kind, records])).toContainEqual(['blank', 1]);
  expect(size.records).toBe(4);
  expect(size.notices.map(({ id }) => id)).toEqual(['unreadable-line', 'unreadable-line']);
});

test('a legacy fork is a copy up to its own first turn', async () => {
  const fork = sessionMeta('019d2f00-0001-7000-8000-00000000bbbb', { forked_from_id: threadA });
  const copied = [sessionMeta(threadA), taskStarted('019d2f00-0000-7000-8000-000000000001'), tokenCount(100)];
  const own = [taskStarted('019d2f00-0002-7000-8000-000000000001'), tokenCount(200)];
  const size = await measuredLines([fork, ...copied, ...own]);
  expect(cause(size, 'copied-parent')).toMatchObject({
    count: copied.length,
    bytes: copied.reduce((bytes, line) => bytes + line.length + 1, 0),
  });
  expect(cause(size, 'bookkeeping')?.count).toBe(2);
});

test('a resume loads the ancestors too', async () => {
  const { bytes, loading } = await measured('samples/0.169.0/fork.jsonl');
  const parent = JSON.parse(readFileSync('samples/0.169.0/fork.jsonl', 'utf8').split('\n', 1)[0] ?? '');
  expect(loading.bytes).toBe(bytes + parent.payload.history_base.end_byte_offset);
});

test('a line of many blocks takes no more memory than a short one', async () => {
  const path = join(temporaryFolder(), 'rollout.jsonl');
  const part = Buffer.alloc(1_000_000, 'x ');
  async function* chunks() {
    yield Buffer.from(
      `${sessionMeta(threadA)}\n{${at},"type":"event_msg","payload":{"type":"agent_message","message":"`,
    );
    for (let i = 0; i < 100; i++) yield part;
    yield Buffer.from('"}}\n');
  }
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watch = async () => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  };
  const opened = { kind: 'stream', chunks: chunks() } as const;
  const { size } = await measureRollout(path, opened, new RolloutFinder(newestCodex), watch);
  expect(size.largest[0]?.bytes).toBeGreaterThan(100_000_000);
  expect(most).toBeLessThan(50_000_000);
});
