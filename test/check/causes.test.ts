import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRollout } from '../../src/check/check-rollout.ts';
import { findingGroups } from '../../src/check/finding-group.ts';
import { checkOptions } from '../support/check-options.ts';
import { agentMessage, sessionMeta, temporaryFolder, threadA, tokenCount, writeRollout } from '../support/rollout.ts';

/** The findings as they are folded: `severity cause <- followers`. */
async function folded(path: string): Promise<string[]> {
  const { findings } = await checkRollout(path, checkOptions());
  return findingGroups(findings).map(({ cause, followers, severity }) => {
    const ids = [...new Set(followers.map(({ id }) => id))];
    return `${severity} ${cause.id}${ids.length === 0 ? '' : ` <- ${ids.join(', ')}`}`;
  });
}

function fork(): { readonly path: string; readonly parent: string } {
  const folder = temporaryFolder();
  const [path, parent] = [join(folder, 'fork.jsonl'), join(folder, 'parent.jsonl')];
  copyFileSync('samples/0.169.0/fork.jsonl', path);
  copyFileSync('samples/0.169.0/fork-parent.jsonl', parent);
  return { path, parent };
}

test('a deleted parent is one cause, and all else follows from it', async () => {
  const { path, parent } = fork();
  await checkRollout(path, checkOptions({ update: true }));
  expect(await folded(path)).toEqual(['info deviation']);
  rmSync(parent);
  expect(await folded(path)).toEqual(['error missing-ancestor <- expectation-differs, cannot-load']);
});

test('a parent whose head was rewritten is one cause', async () => {
  const { path, parent } = fork();
  await checkRollout(path, checkOptions({ update: true }));
  writeFileSync(parent, readFileSync(parent, 'utf8').replace('"model_provider":"mock"', '"model_provider":"another"'));
  expect((await folded(path))[0]).toBe('error broken-ancestry <- expectation-differs');
});

test.each<[string, readonly (string | Buffer)[], string]>([
  ['a byte order mark', ['\ufeffMETA', agentMessage], 'error byte-order-mark <- cannot-load, missing-session-meta'],
  ['a bad session_meta', ['BAD', agentMessage], 'error dropped-session-meta <- cannot-load'],
  ['no session_meta', [agentMessage, tokenCount(1000)], 'error missing-session-meta <- cannot-load'],
  ['something before it', ['{}', 'META', agentMessage], 'error late-session-meta <- cannot-load'],
  ['bytes that are no text', ['META', Buffer.from([0x7b, 0xff, 0x7d])], 'error invalid-utf8 <- cannot-load'],
])('what makes Codex refuse a rollout leads: %s', async (_, lines, leading) => {
  const meta = sessionMeta(threadA, { model_provider: 'mock' });
  const written = lines.map((line) =>
    Buffer.isBuffer(line) ? line : line.replace('META', meta).replace('BAD', meta.replace(threadA, 'x')),
  );
  expect((await folded(writeRollout(temporaryFolder(), 'rollout.jsonl', written)))[0]).toBe(leading);
});

test('a warning does not explain that an expectation is not met: it may have been there before', async () => {
  const lines = [sessionMeta(threadA, { model_provider: 'mock' }), 'no record', tokenCount(1000)];
  const path = writeRollout(temporaryFolder(), 'rollout.jsonl', lines);
  await checkRollout(path, checkOptions({ update: true }));
  writeRollout(join(path, '..'), 'rollout.jsonl', [...lines.slice(0, 2), tokenCount(3000)]);
  expect((await folded(path)).slice(0, 1)).toEqual(['error expectation-differs']);
  expect(await folded(path)).toContain('warning unreadable-line');
});

test('the gravest stand first, whatever their lines are', async () => {
  const meta = sessionMeta(threadA, { model_provider: 'mock' });
  const broken = tokenCount(3000).replace(':3000', ':3e3');
  const path = writeRollout(temporaryFolder(), 'rollout.jsonl', [meta, 'no record', tokenCount(1000), broken]);
  const { findings } = await checkRollout(path, checkOptions());
  expect(findings.map(({ id }) => id).slice(0, 2)).toEqual(['dropped-token-count', 'unreadable-line']);
});
