import { describe, expect, test } from 'vitest';
import { recordedRequests } from '../../src/codex/requests/recorded-answers.ts';
import { parseCodexVersion } from '../../src/codex/version.ts';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { homeOfSamples } from './sample-threads.ts';
import { embeddedServer, TestClient } from './test-client.ts';

const UNKNOWN = '01a20417-0000-7000-8000-000000000000';

/** Requests that would end the connection or that this server does something for: their own tests ask them. */
const OWN =
  /^(?:initialize|getConversationSummary|gitDiffToRemote|thread\/(?:start|resume|fork|unsubscribe|list|read|loaded\/list|turns\/list|items\/(?:list|read)|timeline\/list|search|searchOccurrences|name\/set|archive|unarchive|delete|revert|rollback|goal\/\w+|settings\/update|memoryMode\/set|metadata\/update|compact\/start|shellCommand)|turn\/(?:start|interrupt|steer)|review\/start)$/;

describe.each(['0.144.6', '0.160.0', '0.169.0'])('client requests of %s', (version) => {
  const requests = recordedRequests(parseCodexVersion(version) ?? [0, 169, 0]);

  test('each is answered or refused as Codex does, none is unknown', async () => {
    const { codexHome } = await homeOfSamples('0.169.0', 'two-turns');
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    const answers: [string, unknown][] = [];
    const recorded: [string, unknown][] = [];
    for (const { method, answer, unknownThread } of requests.filter((request) => !OWN.test(request.method))) {
      answers.push([method, kindOf(await client.request(method, { threadId: UNKNOWN }))]);
      recorded.push([method, kindOf((unknownThread ?? answer ?? { error: { code: -32600 } }) as JsonObject)]);
    }
    expect(answers).toEqual(recorded);
    expect(answers.length).toBeGreaterThan(90);
  });

  test('a request that the version does not have is an unknown variant', async () => {
    const { codexHome } = await homeOfSamples('0.169.0', 'two-turns');
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    const answer = await client.request('thread/bogus', {});
    expect(memberAt(answer, 'error', 'message')).toContain(
      'unknown variant `thread/bogus`, expected one of `initialize`',
    );
  });
});

test('a request about a loaded thread is answered for that thread', async () => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
  const { threadId } = of('two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  expect(await client.request('thread/queue/list', { threadId })).toMatchObject({ error: { code: -32603 } });
  await client.request('thread/resume', { threadId });
  expect(await client.request('thread/queue/list', { threadId })).toMatchObject({ result: { data: [] } });
  expect(await client.request('thread/loaded/list', {})).toMatchObject({ result: { data: [threadId] } });
});

test.each(['0.144.6', '0.169.0'])('what no schema of %s names any more is answered too', async (version) => {
  const { codexHome, of } = await homeOfSamples(version, 'two-turns');
  const { threadId, path } = of('two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, version));
  const summary = {
    ...{ conversationId: threadId, path, preview: 'Which birds stay here in winter?', modelProvider: 'mock' },
    ...{ cwd: '/workspace', cliVersion: version, source: 'vscode', gitInfo: null },
  };
  for (const params of [{ conversationId: threadId }, { rolloutPath: path }])
    expect(await client.request('getConversationSummary', params)).toMatchObject({ result: { summary } });
  expect(await client.request('getConversationSummary', { conversationId: UNKNOWN })).toMatchObject({
    error: { code: -32600, message: `no rollout found for conversation id ${UNKNOWN}` },
  });
  expect(await client.request('gitDiffToRemote', { cwd: '/a "b"' })).toMatchObject({
    error: { message: 'failed to compute git diff to remote for cwd: "/a \\"b\\""' },
  });
  expect(await client.request('getAuthStatus', {})).toMatchObject({
    result: { authMethod: null, authToken: null, requiresOpenaiAuth: false },
  });
});

test.each(['0.144.6', '0.169.0'])('turns of %s have what the user and the model said', async (version) => {
  const { codexHome, of } = await homeOfSamples(version, 'two-turns');
  const { threadId } = of('two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, version));
  const resumed = await client.request('thread/resume', { threadId });
  const said = [
    [{ type: 'userMessage' }, { type: 'agentMessage', text: 'Robins, wrens and most of the tits.' }],
    [{ type: 'userMessage' }, { type: 'agentMessage', text: 'The robin does, all winter long.' }],
  ];
  const turns = (itemsView: string) => said.map((items) => ({ items, itemsView }));
  expect(resumed).toMatchObject({ result: { thread: { turns: turns('full') } } });
  expect(await client.request('thread/turns/list', { threadId })).toMatchObject({
    result: { data: turns('summary').toReversed(), nextCursor: null },
  });
  const first = await client.request('thread/items/list', { threadId, limit: 3 });
  if (version === '0.144.6') return expect(first).toMatchObject({ error: { code: -32601 } });
  const items = said.flat();
  expect(first).toMatchObject({ result: { data: items.slice(0, 3).map((item) => ({ item })) } });
  const cursor = memberAt(first, 'result', 'nextCursor') ?? null;
  expect(await client.request('thread/items/list', { threadId, cursor })).toMatchObject({
    result: { data: [{ item: items[3] }], nextCursor: null },
  });
});

test('thread/list keeps to the filters that the client names', async () => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns', 'resumed');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  const ids = async (params: JsonObject) => {
    const data = memberAt(await client.request('thread/list', params), 'result', 'data') as JsonObject[];
    return data.map(({ id }) => id);
  };
  const all = await ids({});
  expect(all.toSorted()).toEqual([of('two-turns').threadId, of('resumed').threadId].toSorted());
  expect(await ids({ sortDirection: 'asc' })).toEqual(all.toReversed());
  expect(await ids({ cwd: '/nowhere' })).toEqual([]);
  expect(await ids({ cwd: ['/workspace', '/nowhere'] })).toEqual(all);
  expect(await ids({ modelProviders: ['another'] })).toEqual([]);
  expect(await ids({ archived: true })).toEqual([]);
  expect(await ids({ sourceKinds: ['subAgent'] })).toEqual([]);
});

/** Whether it is a result, or which error. */
function kindOf(answer: JsonObject): unknown {
  return memberAt(answer, 'error', 'code') ?? 'result';
}
