import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { AccountReading } from '../../src/accounting/forest/account-reading.ts';
import { readAccount } from '../../src/accounting/forest/read-account.ts';
import type { RolloutAccount } from '../../src/accounting/forest/rollout-account.ts';
import { newestCodex } from '../../src/codex/version.ts';
import { ownFile } from '../../src/history/own-file.ts';
import { readRecords } from '../../src/history/read-records.ts';
import { legacyRollout, paginatedRollout, THREAD } from '../support/random-rollout.ts';
import {
  sessionMeta,
  taskStarted,
  temporaryFolder,
  threadA,
  threadB,
  tokenCount,
  writeRollout,
} from '../support/rollout.ts';

/** The account of a rollout whose lines were all decoded. */
async function exactAccount(path: string): Promise<RolloutAccount> {
  const file = await ownFile(path, newestCodex);
  const reading = new AccountReading(file);
  await readRecords(file, [reading]);
  return reading.account();
}

async function expectSame(path: string): Promise<void> {
  const { account } = await readAccount(path, newestCodex);
  expect(account).toEqual(await exactAccount(path));
}

test('an account is the same whether all lines are decoded or only those that matter', async () => {
  const paths = globSync('test/{cases,forests}/**/*.jsonl').sort();
  expect(paths.length).toBeGreaterThan(100);
  for (const path of paths) await expectSame(path);
});

test('so it is of random rollouts with damaged lines', async () => {
  const path = join(temporaryFolder(), 'random.jsonl');
  const texts = fc.oneof(legacyRollout, paginatedRollout);
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      writeFileSync(path, text.replaceAll(THREAD, threadA));
      await expectSame(path);
    }),
    { numRuns: 100 },
  );
});

test('so it is of turns under their other names, and of settings that name the model', async () => {
  const event = (payload: object) =>
    JSON.stringify({ timestamp: '2026-03-27T10:00:09.000Z', type: 'event_msg', payload });
  const thread_settings = {
    ...{ model: 'a-model', model_provider_id: 'mock', cwd: '/workspace', approval_policy: 'never' },
    ...{ approvals_reviewer: 'user', permission_profile: { type: 'disabled' } },
    collaboration_mode: { mode: 'default', settings: { model: 'a-model' } },
  };
  const failed = { type: 'turn_complete', turn_id: 'a', last_agent_message: null, error: { message: 'no' } };
  const lines = [
    ...[sessionMeta(threadA), event({ type: 'thread_settings_applied', thread_id: threadA, thread_settings })],
    ...[event({ type: 'turn_started', turn_id: 'a' }), tokenCount(10), tokenCount(10), event(failed)],
  ];
  const path = writeRollout(temporaryFolder(), 'a.jsonl', lines);
  await expectSame(path);
  const { account } = await readAccount(path, newestCodex);
  expect(account).toMatchObject({ rows: [{ turnId: 'a', model: 'a-model' }, {}], lost: [{ kind: 'failed' }] });
});

test.each([
  ['of a kind that nobody knows', '{"timestamp":"2026-03-27T10:00:00.000Z","type":"no_such_type","payload":{"a":{}}}'],
  [
    'that is dropped',
    '{"timestamp":"2026-03-27T10:00:00.000Z","type":"response_item","payload":{"type":"message","a":{}}}',
  ],
])('a line %s does not end what a copy begins with', async (_, line) => {
  const path = writeRollout(temporaryFolder(), 'a.jsonl', [sessionMeta(threadA), line, sessionMeta(threadB)]);
  await expectSame(path);
  expect((await readAccount(path, newestCodex)).account.copiedFrom).toBe(threadB);
});

test.each([
  ['is cut', (line: string) => line.slice(0, -1)],
  ['goes on', (line: string) => `${line}x`],
  ['has no type of its own', (line: string) => line.replace('"type":"agent_message",', '')],
])('a line that does not matter and %s is decoded', async (_, spoil) => {
  const message = (text: string) =>
    `{"timestamp":"2026-03-27T10:00:09.000Z","type":"event_msg","payload":{"type":"agent_message","message":"${text}"}}`;
  const read = async (line: string) => {
    const lines = [sessionMeta(threadA), taskStarted('a'), tokenCount(10), line];
    const kinds: string[] = [];
    const onLine = (__: unknown, record: { readonly kind: string } | null) => kinds.push(record?.kind ?? 'blank');
    await readAccount(writeRollout(temporaryFolder(), 'a.jsonl', lines), newestCodex, [{ onLine }]);
    return kinds.at(-1);
  };
  expect(await read(message('sound'))).toBe('other');
  expect(['unreadable', 'dropped', 'unknown']).toContain(await read(spoil(message('spoilt'))));
});
