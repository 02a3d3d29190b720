import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { homeOfSamples } from './sample-threads.ts';
import { embeddedServer, TestClient } from './test-client.ts';

const input = [{ type: 'text', text: 'And the moon?', text_elements: [] }];

/** A server with the plain sample, and two clients of it. */
async function twoClients(version = '0.169.0') {
  const { codexHome, of } = await homeOfSamples(version, 'two-turns');
  const server = embeddedServer(codexHome, version);
  const [client, other] = [await TestClient.ready(server), await TestClient.ready(server)];
  return { codexHome, server, client, other, ...of('two-turns') };
}

async function turnsOf(client: TestClient, threadId: string): Promise<JsonObject[]> {
  const answer = await client.request('thread/turns/list', { threadId, sortDirection: 'asc' });
  return memberAt(answer, 'result', 'data') as JsonObject[];
}

describe('what is done with a thread stays in the home', () => {
  test('its name, which everyone is told, and a new server knows', async () => {
    const { codexHome, client, other, threadId } = await twoClients();
    expect(await client.request('thread/name/set', { threadId, name: ' Birds ' })).toMatchObject({ result: {} });
    await other.settle();
    for (const each of [client, other])
      expect(each.params('thread/name/updated')).toEqual([{ threadId, threadName: 'Birds' }]);
    expect(await client.request('thread/name/set', { threadId, name: ' ' })).toMatchObject({
      error: { code: -32600, message: 'thread name must not be empty' },
    });
    const later = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    expect(await later.request('thread/read', { threadId })).toMatchObject({ result: { thread: { name: 'Birds' } } });
  });

  test('archived, it runs no more and is refused, until it is unarchived', async () => {
    const { codexHome, client, threadId, path } = await twoClients();
    await client.request('thread/resume', { threadId });
    client.forget();
    expect(await client.request('thread/archive', { threadId })).toMatchObject({ result: {} });
    await client.settle();
    expect(client.stream.slice(0, 3)).toEqual(['thread/status/changed', 'RESPONSE', 'thread/archived']);
    expect(existsSync(path)).toBe(false);
    const refusal = { error: { message: expect.stringContaining('is archived') } };
    expect(await client.request('thread/resume', { threadId })).toMatchObject(refusal);
    const ids = async (archived: boolean) =>
      (memberAt(await client.request('thread/list', { archived }), 'result', 'data') as JsonObject[]).map(
        ({ id }) => id,
      );
    expect([await ids(false), await ids(true)]).toEqual([[], [threadId]]);
    expect(await client.request('thread/unarchive', { threadId })).toMatchObject({
      result: { thread: { id: threadId, path, status: { type: 'notLoaded' } } },
    });
    expect(existsSync(path)).toBe(true);
    expect(existsSync(join(codexHome, 'archived_sessions'))).toBe(true);
    expect(await client.request('thread/resume', { threadId })).toMatchObject({ result: { thread: { id: threadId } } });
    expect(await client.request('thread/unarchive', { threadId })).toMatchObject({
      error: { message: `thread ${threadId} already has an active writer` },
    });
  });

  test('deleted, unless a fork refers to it', async () => {
    const { client, threadId, path } = await twoClients();
    const fork = await client.request('thread/fork', { threadId });
    expect(await client.request('thread/delete', { threadId })).toMatchObject({
      error: { message: `cannot delete thread ${threadId}: forked history still references it` },
    });
    const forkId = memberAt(fork, 'result', 'thread', 'id') ?? null;
    expect(await client.request('thread/delete', { threadId: forkId })).toMatchObject({ result: {} });
    expect(await client.request('thread/delete', { threadId })).toMatchObject({ result: {} });
    expect(existsSync(path)).toBe(false);
  });

  test('reverted, it goes on from an earlier turn in another rollout', async () => {
    const { codexHome, client, threadId, path } = await twoClients();
    await client.request('thread/resume', { threadId });
    const [first, second] = await turnsOf(client, threadId);
    const before = readFileSync(path, 'utf8');
    client.forget();
    const reverted = await client.request('thread/revert', { threadId, beforeTurnId: second?.id ?? null });
    await client.settle();
    expect(client.stream.slice(0, 4)).toEqual([
      ...Array(2).fill('thread/status/changed'),
      'RESPONSE',
      'thread/reverted',
    ]);
    expect(String(memberAt(reverted, 'result', 'thread', 'path'))).toMatch(
      new RegExp(`${threadId}_[0-9a-f-]{36}\\.jsonl$`),
    );
    expect(readFileSync(path, 'utf8')).toBe(before);
    await client.request('turn/start', { threadId, input });
    const later = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    await later.request('thread/resume', { threadId, excludeTurns: true });
    const turns = await turnsOf(later, threadId);
    expect(turns.map(({ id }) => id)).toEqual([first?.id, expect.anything()]);
    expect(later.params('thread/tokenUsage/updated')).toMatchObject([
      { tokenUsage: { total: { totalTokens: 5_320 + 1_050 } } },
    ]);
  });

  test('rolled back, it loses its last turns, as in 0.144.6', async () => {
    const { client, threadId } = await twoClients('0.144.6');
    await client.request('thread/resume', { threadId });
    const answer = await client.request('thread/rollback', { threadId, numTurns: 1 });
    expect(memberAt(answer, 'result', 'thread', 'turns')).toHaveLength(1);
    expect(await turnsOf(client, threadId)).toHaveLength(1);
  });

  test('its settings, which hold for its next turn and its next server', async () => {
    const { codexHome, client, threadId } = await twoClients();
    await client.request('thread/resume', { threadId });
    await client.request('thread/settings/update', { threadId, model: 'another', cwd: '/elsewhere' });
    await client.settle();
    expect(client.params('thread/settings/updated')).toMatchObject([
      { threadSettings: { model: 'another', cwd: '/elsewhere', modelProvider: 'mock' } },
    ]);
    const later = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    expect(await later.request('thread/resume', { threadId })).toMatchObject({
      result: { model: 'another', cwd: '/elsewhere', approvalPolicy: 'never', sandbox: { type: 'dangerFullAccess' } },
    });
  });

  test('compacted, it is read from there on', async () => {
    const { codexHome, client, threadId } = await twoClients();
    await client.request('thread/resume', { threadId });
    expect(await client.request('thread/compact/start', { threadId })).toMatchObject({ result: {} });
    await client.until(({ method }) => method === 'turn/completed');
    const later = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    await later.request('thread/resume', { threadId, excludeTurns: true });
    await later.request('thread/resume', { threadId });
    await later.settle();
    expect(later.params('thread/tokenUsage/updated').at(-1)).toMatchObject({
      tokenUsage: { total: { totalTokens: 12_299 + 1_050 }, last: { totalTokens: 900 } },
    });
  });
});

test('a goal is set, changed, told and cleared', async () => {
  const { client, other, threadId } = await twoClients();
  expect(await client.request('thread/goal/set', { threadId, status: 'paused' })).toMatchObject({
    error: { message: `cannot update goal for thread ${threadId}: no goal exists` },
  });
  await client.request('thread/goal/set', { threadId, objective: 'sing', tokenBudget: 9 });
  const goal = { objective: 'sing', status: 'paused', tokenBudget: 9 };
  expect(await client.request('thread/goal/set', { threadId, status: 'paused' })).toMatchObject({ result: { goal } });
  await other.settle();
  expect(other.params('thread/goal/updated').at(-1)).toMatchObject({ threadId, goal });
  expect(await client.request('thread/goal/clear', { threadId })).toMatchObject({ result: { cleared: true } });
  expect(await client.request('thread/goal/get', { threadId })).toMatchObject({ result: { goal: null } });
});

test('a new thread is set to what the configuration of the home and the request say', async () => {
  const codexHome = temporaryFolder();
  writeFileSync(
    join(codexHome, 'config.toml'),
    'model = "birdsong"\nmodel_provider = "mock"\nsandbox_mode = "read-only"\n',
  );
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  expect(await client.request('thread/start', { approvalPolicy: 'on-request', cwd: '/nest' })).toMatchObject({
    result: {
      ...{ model: 'birdsong', modelProvider: 'mock', cwd: '/nest', approvalPolicy: 'on-request' },
      sandbox: { type: 'readOnly', networkAccess: false },
    },
  });
});
