import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newestCodex } from '../../src/codex/version.ts';
import { RolloutFinder } from '../../src/history/finder.ts';
import { restoreUsage } from '../../src/index.ts';
import { openRollout } from '../../src/rollout/lines/open-rollout.ts';
import { type RestoredUsage, restoreUsageOf } from '../../src/usage/restore-usage.ts';
import { pieces } from '../support/bytes.ts';
import { samples } from '../support/random-sample.ts';
import {
  agentMessage,
  nullTokenCount,
  sessionMeta,
  taskStarted,
  temporaryFolder,
  threadA,
  threadB,
  threadC,
  tokenCount,
  writeRollout,
} from '../support/rollout.ts';
import { zstdOf } from '../support/zstd.ts';

const total = (restored: RestoredUsage) => restored.tokenUsageInfo?.total_token_usage.total_tokens;
const noticeIds = (restored: RestoredUsage) => restored.notices.map(({ id }) => id);

describe('what stands behind the last usage', () => {
  test('null infos, other records and blank lines leave it standing', async () => {
    const path = writeRollout(temporaryFolder(), 'r.jsonl', [
      sessionMeta(threadA),
      tokenCount(100),
      nullTokenCount,
      '  ',
      agentMessage,
    ]);
    const restored = await restoreUsage(path);
    expect(total(restored)).toBe(100n);
    expect(restored.restoredFrom).toMatchObject({
      path,
      inherited: false,
      byteOffset: sessionMeta(threadA).length + 1,
    });
    expect(restored.notices).toEqual([]);
  });

  test('a dropped token_count is named with its field, and the one before it counts', async () => {
    const dropped = tokenCount(200).replace('"input_tokens":200', '"input_tokens":200.5');
    const restored = await restoreUsage(
      writeRollout(temporaryFolder(), 'r.jsonl', [sessionMeta(threadA), tokenCount(100), dropped]),
    );
    expect(total(restored)).toBe(100n);
    expect(restored.notices).toMatchObject([
      {
        id: 'dropped-token-count',
        message:
          'Codex drops this token_count: payload.info.total_token_usage.input_tokens: 200.5 is not a whole number',
        byteOffset: sessionMeta(threadA).length + tokenCount(100).length + 2,
      },
    ]);
  });

  test('an unreadable line is named; a torn last line is only a note', async () => {
    const path = writeRollout(temporaryFolder(), 'r.jsonl', [
      sessionMeta(threadA),
      tokenCount(100),
      '{"timestamp":',
      '\0\0\0',
    ]);
    appendFileSync(path, tokenCount(300).slice(0, 60));
    const restored = await restoreUsage(path);
    expect(total(restored)).toBe(100n);
    expect(noticeIds(restored)).toEqual(['unreadable-line', 'unreadable-line', 'torn-last-line']);
  });

  test('of very many skipped lines the last hundred are named and the others counted', async () => {
    const lines = [sessionMeta(threadA), tokenCount(100), ...Array.from({ length: 250 }, () => 'x')];
    const path = writeRollout(temporaryFolder(), 'r.jsonl', lines);
    const fromFile = await restoreUsage(path);
    expect(fromFile.notices).toHaveLength(101);
    expect(fromFile.notices[0]).toMatchObject({
      id: 'more-skipped-lines',
      message: expect.stringContaining('150 more lines'),
    });
    const fromStream = await restoreUsageOf(
      path,
      { kind: 'stream', chunks: pieces(readFileSync(path), []) },
      new RolloutFinder(newestCodex),
    );
    expect(fromStream).toEqual(fromFile);
  });

  test('what makes the answer partial is said, however many lines are skipped', async () => {
    const giant = tokenCount(200).replace('"rate_limits"', `"x":"${'y'.repeat(17 * 1024 * 1024)}","rate_limits"`);
    const lines = [sessionMeta(threadA), tokenCount(100), giant, ...Array.from({ length: 150 }, () => 'x')];
    const restored = await restoreUsage(writeRollout(temporaryFolder(), 'r.jsonl', lines));
    expect(noticeIds(restored).slice(0, 3)).toEqual(['more-skipped-lines', 'oversized-line', 'unreadable-line']);
  });

  test('a line of more than 16 MiB that is no token_count is not looked into, from either end', async () => {
    const path = writeRollout(temporaryFolder(), 'r.jsonl', [
      sessionMeta(threadA),
      tokenCount(100),
      '['.repeat(17 * 1024 * 1024),
    ]);
    const fromFile = await restoreUsage(path);
    expect(fromFile.notices).toEqual([]);
    const stream = { kind: 'stream', chunks: pieces(readFileSync(path), []) } as const;
    expect(await restoreUsageOf(path, stream, new RolloutFinder(newestCodex))).toEqual(fromFile);
  });

  test.each([' '.repeat(3000), '\u00a0\u3000\u0085'])('a line of white space is no damage', async (blank) => {
    const path = writeRollout(temporaryFolder(), 'r.jsonl', [sessionMeta(threadA), tokenCount(100), blank]);
    expect((await restoreUsage(path)).notices).toEqual([]);
  });

  test('invalid UTF-8 is told for what it is, where it is; also where a last line is cut in a character', async () => {
    const path = writeRollout(temporaryFolder(), 'r.jsonl', [
      sessionMeta(threadA),
      tokenCount(100),
      Buffer.from('{"a":"\xff"}', 'latin1'),
    ]);
    const { notices } = await restoreUsage(path);
    expect(notices).toMatchObject([{ id: 'invalid-utf8', message: expect.stringContaining('byte 6 of the line') }]);
    writeFileSync(path, Buffer.concat([Buffer.from(`${tokenCount(100)}\n`), Buffer.from('{"a":"é').subarray(0, -1)]));
    expect(noticeIds(await restoreUsage(path))).toEqual(['no-session-meta', 'invalid-utf8']);
  });

  test('no session_meta at the head is said', async () => {
    const path = writeRollout(temporaryFolder(), 'r.jsonl', [`\ufeff${sessionMeta(threadA)}`, tokenCount(100)]);
    expect(await restoreUsage(path)).toMatchObject({ threadId: null, notices: [{ id: 'no-session-meta' }] });
  });

  test('a last line without a line end counts when it is complete', async () => {
    const path = join(temporaryFolder(), 'r.jsonl');
    writeFileSync(path, `${sessionMeta(threadA)}\n${tokenCount(100)}`);
    expect(total(await restoreUsage(path))).toBe(100n);
  });
});

describe('a rollout without usage says why', () => {
  test.each([
    ['no-token-count', [sessionMeta(threadA), agentMessage]],
    ['unreadable', []],
    ['unreadable', ['', '  ']],
    ['info-null-only', [sessionMeta(threadA), nullTokenCount]],
    [
      'undecodable',
      [sessionMeta(threadA), nullTokenCount, tokenCount(5).replace('"total_tokens":5', '"total_tokens":"5"')],
    ],
    ['undecodable', [sessionMeta(threadA), tokenCount(5).replace('rate_limits', '\\ud800')]],
    ['unreadable', ['garbage', '\0']],
  ])('%s', async (reason, lines) => {
    const restored = await restoreUsage(writeRollout(temporaryFolder(), 'r.jsonl', lines));
    expect(restored).toMatchObject({ reason, tokenUsageInfo: null, restoredFrom: null, contextLeftPercent: null });
  });
});

describe('a paginated fork', () => {
  const base = (threadId: string, endByteOffset: number) => ({
    forked_from_id: threadId,
    history_mode: 'paginated',
    history_base: { thread_id: threadId, end_ordinal_exclusive: 1, end_byte_offset: endByteOffset },
  });
  const root = [sessionMeta(threadA, { history_mode: 'paginated' }), tokenCount(100), tokenCount(200)] as const;
  const afterFirstCount = root[0].length + root[1].length + 2;

  test('inherits from its ancestors, only up to where it was forked', async () => {
    const folder = temporaryFolder();
    const parent = writeRollout(folder, 'parent.jsonl', root);
    writeRollout(folder, 'child.jsonl', [sessionMeta(threadB, base(threadA, afterFirstCount))]);
    const grandchild = writeRollout(folder, 'grandchild.jsonl', [sessionMeta(threadC, base(threadB, 10_000))]);
    const restored = await restoreUsage(grandchild);
    expect(total(restored)).toBe(100n);
    expect(restored.restoredFrom).toMatchObject({ path: parent, inherited: true, byteOffset: root[0].length + 1 });
  });

  test('has its own usage before any inherited one', async () => {
    const folder = temporaryFolder();
    writeRollout(folder, 'parent.jsonl', root);
    const path = writeRollout(folder, 'child.jsonl', [sessionMeta(threadB, base(threadA, 10_000)), tokenCount(300)]);
    const restored = await restoreUsage(path);
    expect(total(restored)).toBe(300n);
    expect(restored.restoredFrom).toMatchObject({ path, inherited: false });
  });

  test('finds its parent in its own Codex home, archived or not, and in a given one', async () => {
    const home = temporaryFolder();
    const day = join(home, 'sessions/2026/03/27');
    mkdirSync(day, { recursive: true });
    mkdirSync(join(home, 'archived_sessions'));
    writeRollout(join(home, 'archived_sessions'), `rollout-2026-03-27T10-00-00-${threadA}.jsonl`, root);
    const child = [sessionMeta(threadB, base(threadA, afterFirstCount))];
    expect(total(await restoreUsage(writeRollout(day, `rollout-2026-03-27T11-00-00-${threadB}.jsonl`, child)))).toBe(
      100n,
    );

    const elsewhere = writeRollout(temporaryFolder(), 'child.jsonl', child);
    expect(total(await restoreUsage(elsewhere, { codexHome: home }))).toBe(100n);
    expect(await restoreUsage(elsewhere)).toMatchObject({
      tokenUsageInfo: null,
      reason: 'unreadable',
      notices: [{ id: 'missing-ancestor', message: expect.stringContaining(threadA) }],
    });
  });

  test('whose ancestors go round in a circle ends', async () => {
    const folder = temporaryFolder();
    writeRollout(folder, 'a.jsonl', [sessionMeta(threadA, base(threadB, 10_000))]);
    const restored = await restoreUsage(writeRollout(folder, 'b.jsonl', [sessionMeta(threadB, base(threadA, 10_000))]));
    expect(restored.reason).toBe('unreadable');
    expect(noticeIds(restored)).toContain('broken-ancestry');
  });

  test('that refers to more than its parent holds says so', async () => {
    const folder = temporaryFolder();
    writeRollout(folder, 'parent.jsonl', root);
    const restored = await restoreUsage(
      writeRollout(folder, 'child.jsonl', [sessionMeta(threadB, base(threadA, 9_999))]),
    );
    expect(total(restored)).toBe(200n);
    expect(noticeIds(restored)).toEqual(['broken-ancestry']);
  });
});

describe('beside a fork', () => {
  const child = sessionMeta(threadB, {
    forked_from_id: threadA,
    history_mode: 'paginated',
    history_base: { thread_id: threadA, end_ordinal_exclusive: 1, end_byte_offset: 10_000 },
  });

  test('only its ancestor is looked at for long: no pipe, no folder, no broken link', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'a.jsonl')]);
    mkdirSync(join(folder, 'b.jsonl'));
    symlinkSync('nowhere', join(folder, 'c.jsonl'));
    const path = writeRollout(folder, 'child.jsonl', [child]);
    expect(noticeIds(await restoreUsage(path))).toEqual(['missing-ancestor']);
    writeRollout(folder, 'parent.jsonl', [sessionMeta(threadA), tokenCount(100)]);
    expect(total(await restoreUsage(path))).toBe(100n);
  });

  test('an ancestor that cannot be read is named, not the fork', async () => {
    const home = temporaryFolder();
    const day = join(home, 'sessions/2026/03/27');
    mkdirSync(day, { recursive: true });
    writeFileSync(join(day, `rollout-2026-03-27T10-00-00-${threadA}.jsonl.zst`), 'this is no archive');
    const path = writeRollout(day, `rollout-2026-03-27T11-00-00-${threadB}.jsonl`, [child]);
    expect(await restoreUsage(path)).toMatchObject({
      reason: 'unreadable',
      notices: [
        { id: 'missing-ancestor', message: expect.stringContaining(`${threadA}.jsonl.zst is no Zstandard archive`) },
      ],
    });
  });

  test('an ancestor that is compressed is read', async () => {
    const home = temporaryFolder();
    const day = join(home, 'sessions/2026/03/27');
    mkdirSync(day, { recursive: true });
    const parent = Buffer.from(`${sessionMeta(threadA)}\n${tokenCount(100)}\n`);
    writeFileSync(join(day, `rollout-2026-03-27T10-00-00-${threadA}.jsonl.zst`), zstdOf(parent));
    const path = writeRollout(day, `rollout-2026-03-27T11-00-00-${threadB}.jsonl`, [
      child.replace('10000', String(parent.length)),
    ]);
    expect(await restoreUsage(path)).toMatchObject({ restoredFrom: { inherited: true }, notices: [] });
  });
});

describe('where Codex reads no further', () => {
  const paginated = { history_mode: 'paginated' };

  test('a second session_meta hides the usage before it in a paginated rollout, but not in a legacy one', async () => {
    const lines = (more: Record<string, unknown>) => [
      sessionMeta(threadA, more),
      tokenCount(100),
      sessionMeta(threadA, more),
      agentMessage,
    ];
    const hidden = writeRollout(temporaryFolder(), 'r.jsonl', lines(paginated));
    expect(await restoreUsage(hidden)).toMatchObject({ tokenUsageInfo: null, reason: 'no-token-count' });
    const stream = { kind: 'stream', chunks: pieces(readFileSync(hidden), []) } as const;
    expect(await restoreUsageOf(hidden, stream, new RolloutFinder(newestCodex))).toEqual(await restoreUsage(hidden));
    expect(total(await restoreUsage(writeRollout(temporaryFolder(), 'r.jsonl', lines({}))))).toBe(100n);
  });

  test('history_base counts only in a paginated rollout', async () => {
    const folder = temporaryFolder();
    writeRollout(folder, 'parent.jsonl', [sessionMeta(threadA), tokenCount(100)]);
    const history_base = { thread_id: threadA, end_ordinal_exclusive: 1, end_byte_offset: 10_000 };
    expect(
      await restoreUsage(writeRollout(folder, 'child.jsonl', [sessionMeta(threadB, { history_base })])),
    ).toMatchObject({
      tokenUsageInfo: null,
      reason: 'no-token-count',
      notices: [],
    });
  });
});

describe('a fork with copied history', () => {
  const olderTurn = '019d2e00-0001-7000-8000-000000000001';
  const ownTurn = '019d2f00-0003-7000-8000-000000000003';
  const copied = [
    sessionMeta(threadB, { forked_from_id: threadA }),
    sessionMeta(threadA),
    taskStarted(olderTurn),
    tokenCount(100),
  ];

  test.each([
    ['copied with an older turn', copied, true],
    ['written in a turn of its own', [...copied, taskStarted(ownTurn), tokenCount(200)], false],
  ])('tells usage that was %s', async (_, lines, inherited) => {
    const path = writeRollout(temporaryFolder(), 'r.jsonl', lines);
    const restored = await restoreUsage(path);
    expect(restored.restoredFrom).toMatchObject({ inherited, path });
    expect(
      await restoreUsageOf(
        path,
        { kind: 'stream', chunks: pieces(readFileSync(path), []) },
        new RolloutFinder(newestCodex),
      ),
    ).toEqual(restored);
  });
});

test('a file that shrinks while it is read gives no answer, and says so', async () => {
  const path = writeRollout(temporaryFolder(), 'r.jsonl', [sessionMeta(threadA), tokenCount(100)]);
  const rollout = await openRollout(path);
  truncateSync(path, 20);
  const restored = await restoreUsageOf(path, rollout, new RolloutFinder(newestCodex));
  expect(restored).toMatchObject({ reason: 'unreadable', notices: [{ id: 'file-shrank', byteOffset: 20 }] });
});

test('what is appended after the opening is not seen', async () => {
  const path = writeRollout(temporaryFolder(), 'r.jsonl', [sessionMeta(threadA), tokenCount(100)]);
  const rollout = await openRollout(path);
  appendFileSync(path, `${tokenCount(200)}\n`);
  expect(total(await restoreUsageOf(path, rollout, new RolloutFinder(newestCodex)))).toBe(100n);
});

test('the oldest and newest versions are known, others are told', async () => {
  const path = writeRollout(temporaryFolder(), 'r.jsonl', [sessionMeta(threadA), tokenCount(100)]);
  expect(total(await restoreUsage(path, { emulate: '0.98.0' }))).toBe(100n);
  expect(total(await restoreUsage(path, { emulate: 'v0.200.1-alpha.3' }))).toBe(100n);
  await expect(restoreUsage(path, { emulate: '0.97.0' })).rejects.toThrow(RangeError);
  await expect(restoreUsage(path, { emulate: 'newest' })).rejects.toThrow(RangeError);
});

test('any bytes give the same answer from the end and from the start, however they are cut', async () => {
  const folder = temporaryFolder();
  const lines = [
    sessionMeta(threadA),
    tokenCount(100),
    tokenCount(7).replace(':7,', ':7.5,'),
    nullTokenCount,
    agentMessage,
    'x',
    '',
    '\0',
    '\ufeff',
  ];
  const part = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...lines).map((text) => Buffer.from(`${text}\n`)) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...lines)
        .chain((text) => fc.nat(text.length).map((end) => Buffer.from(text.slice(0, end)))),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)) },
  );
  const path = join(folder, 'r.jsonl');
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 12 }), fc.array(fc.nat()), async (parts, cuts) => {
      const bytes = Buffer.concat(parts);
      writeFileSync(path, bytes);
      const fromStream = await restoreUsageOf(
        path,
        { kind: 'stream', chunks: pieces(bytes, cuts) },
        new RolloutFinder(newestCodex),
      );
      expect(fromStream).toEqual(await restoreUsage(path));
    }),
    { numRuns: samples(250) },
  );
});
