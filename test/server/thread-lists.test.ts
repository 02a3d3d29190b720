import { cpSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { homeOfSamples } from './sample-threads.ts';
import { embeddedServer, TestClient } from './test-client.ts';

/** Asks for pages in one order, each behind the one before, and gives back the ids and the cursor back to the beginning. */
async function pages(client: TestClient, method: string, params: JsonObject) {
  const ids: unknown[] = [];
  let [cursor, back]: [unknown, unknown] = [null, null];
  do {
    const answer = await client.request(method, { ...params, ...(cursor !== null && { cursor: cursor as string }) });
    const data = memberAt(answer, 'result', 'data') as JsonObject[];
    ids.push(...data.map(({ id, item }) => id ?? memberAt(item, 'id')));
    cursor = memberAt(answer, 'result', 'nextCursor');
    back = memberAt(answer, 'result', 'backwardsCursor');
  } while (cursor !== null);
  return { ids, back: back as string };
}

test.each([
  ['thread/list', {}],
  ['thread/list', { sortKey: 'updated_at' }],
])('%s goes through all threads both ways: %j', async (method, params) => {
  const { codexHome, threads } = await homeOfSamples('0.169.0');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  const { ids: down } = await pages(client, method, { ...params, limit: 2 });
  expect(new Set(down)).toEqual(new Set(threads.map(({ threadId }) => threadId)));
  const { ids: up } = await pages(client, method, { ...params, limit: 3, sortDirection: 'asc' });
  expect(up).toEqual(down.toReversed());
});

test.each(['thread/turns/list', 'thread/items/list'])(
  '%s goes through a thread both ways, and back',
  async (method) => {
    const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
    const { threadId } = of('two-turns');
    const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    const up = await pages(client, method, { threadId, limit: 1, sortDirection: 'asc' });
    const down = await pages(client, method, { threadId, limit: 1, sortDirection: 'desc' });
    expect(down.ids).toEqual(up.ids.toReversed());
    // The page that a cursor goes back to holds the element that it names.
    const again = await pages(client, method, { threadId, sortDirection: 'desc', cursor: up.back });
    expect(again.ids).toEqual(down.ids);
    expect(await client.request(method, { threadId, cursor: 'bogus' })).toMatchObject({
      error: { code: -32600, message: 'invalid cursor: bogus' },
    });
  },
);

test('thread/timeline/list goes back through what happened in a thread; thread/items/read picks from a turn', async () => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
  const { threadId } = of('two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  const found: JsonObject[] = [];
  for (let cursor: unknown = null, page = 0; page === 0 || cursor !== null; page++) {
    const answer = await client.request('thread/timeline/list', { threadId, limit: 3, cursor: cursor as string });
    found.unshift(...(memberAt(answer, 'result', 'data') as JsonObject[]));
    cursor = memberAt(answer, 'result', 'nextCursor');
  }
  const turn = ['turnStarted', 'item', 'item', 'turnCompleted'];
  expect(found.map(({ type }) => type)).toEqual([...turn, ...turn]);
  expect(found.map(({ position }) => position)).toEqual([1, 8, 9, 13, 14, 17, 18, 22]);
  expect(found.at(3)).toMatchObject({ status: 'completed', error: null, durationMs: 106 });
  const [{ turnId = '' } = {}] = found;
  expect(await client.request('thread/timeline/list', { threadId, cursor: 'bogus' })).toMatchObject({
    error: { code: -32600, message: 'invalid thread timeline cursor' },
  });
  const read = await client.request('thread/items/read', { threadId, turnId, itemIds: ['nope', 'msg_0', 'msg_1'] });
  expect(memberAt(read, 'result', 'data')).toMatchObject([{ turnId, item: { type: 'agentMessage', id: 'msg_0' } }]);
  await client.request('thread/archive', { threadId });
  expect(await client.request('thread/timeline/list', { threadId })).toMatchObject({
    error: { code: -32600, message: `thread ${threadId} is archived` },
  });
});

test.each([
  ['0.160.0', 3],
  ['0.169.0', 4],
])('the next page of %s begins behind a second, or a thread', async (version, count) => {
  // Two of these began in the same second.
  const { codexHome } = await homeOfSamples('0.169.0', 'two-turns', 'interrupted', 'fork-parent', 'no-usage');
  const client = await TestClient.ready(embeddedServer(codexHome, version));
  const { ids } = await pages(client, 'thread/list', { limit: 2, sortDirection: 'asc' });
  expect(ids.length).toBe(count);
});

test('items of 0.160 say when they began and ended in lists, and not in turns', async () => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
  const { threadId } = of('two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.160.0'));
  const answer = await client.request('thread/items/list', { threadId, limit: 1 });
  const [entry] = memberAt(answer, 'result', 'data') as JsonObject[];
  expect(entry).toMatchObject({ startedAtMs: 1795364982032, completedAtMs: 1795364982032 });
  expect(entry?.item).not.toHaveProperty('startedAtMs');
});

test('a list says what threads are called, begin with and come from, and finds them by that', async () => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns', 'resumed');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  const { threadId } = of('two-turns');
  await client.request('thread/name/set', { threadId, name: 'Winter' });
  const found = async (method: string, params: JsonObject) =>
    memberAt(await client.request(method, params), 'result', 'data') as JsonObject[];
  expect(await found('thread/list', { searchTerm: 'Wint' })).toMatchObject([
    { id: threadId, name: 'Winter', preview: 'Which birds stay here in winter?', source: 'vscode', model: 'gpt-5.4' },
  ]);
  expect(await found('thread/list', { searchTerm: 'which birds' })).toEqual([]);
  expect(await found('thread/search', { searchTerm: 'ROBIN' })).toMatchObject([
    { thread: { id: threadId }, snippet: 'Robins, wrens and most of the tits.' },
  ]);
  expect(await found('thread/list', { excludedThreadIds: [threadId] })).toMatchObject([{ id: of('resumed').threadId }]);
  expect(await found('thread/searchOccurrences', { threadId, searchTerm: 'robin' })).toMatchObject([
    { itemId: 'msg_0', snippetMatchRange: { start: 0, end: 5 } },
    { itemId: 'msg_1', snippetMatchRange: { start: 4, end: 9 } },
  ]);
});

test('sub-agents are listed where they, or the children of their parent, are asked for', async () => {
  const codexHome = temporaryFolder();
  cpSync('test/forests/subagents-of-forks-0.122.0/home', codexHome, { recursive: true });
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  const list = async (params: JsonObject) =>
    memberAt(await client.request('thread/list', params), 'result', 'data') as JsonObject[];
  const children = await list({ sourceKinds: ['subAgentThreadSpawn'] });
  expect(children.length).toBeGreaterThan(0);
  const [child] = children;
  expect(child).toMatchObject({ source: { subAgent: { thread_spawn: { depth: 1 } } } });
  expect((await list({})).map(({ id }) => id)).not.toContain(child?.id);
  const parentThreadId = memberAt(child, 'source', 'subAgent', 'thread_spawn', 'parent_thread_id') ?? null;
  expect((await list({ parentThreadId })).map(({ id }) => id)).toContain(child?.id);
  expect((await list({ ancestorThreadId: parentThreadId })).map(({ id }) => id)).toContain(child?.id);
});
