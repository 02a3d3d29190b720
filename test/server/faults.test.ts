import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type JsonObject, type JsonValue, memberAt } from '../../src/json/json-value.ts';
import { type FaultName, faultNames, parseFault } from '../../src/server/faults/fault.ts';
import { homeOfSamples } from './sample-threads.ts';
import { embeddedServer, nameOf, TestClient } from './test-client.ts';

const USAGE = 'thread/tokenUsage/updated';
const [STATUS, GOAL, STARTED] = ['thread/status/changed', 'thread/goal/cleared', 'thread/started'];

/** What a client sees when a thread with two turns is resumed, or forked, under these faults. */
async function seenWith(method: 'thread/resume' | 'thread/fork', ...faults: string[]) {
  const { codexHome, of } = await homeOfSamples('0.144.6', 'two-turns');
  const { threadId, path } = of('two-turns');
  const before = readFileSync(path, 'utf8');
  const server = embeddedServer(codexHome, '0.144.6', ...faults);
  const client = await TestClient.ready(server);
  const other = await TestClient.ready(server);
  const messages = await client.streamOf(method, { threadId });
  await other.settle();
  const usages = messages.filter((message) => message.method === USAGE).map(({ params }) => params as JsonObject);
  const response = messages.find((message) => nameOf(message) === 'RESPONSE') ?? null;
  return {
    threadId,
    messages,
    stream: messages.map(nameOf),
    usage: usages[0] ?? null,
    turns: ((memberAt(response, 'result', 'thread', 'turns') ?? []) as JsonObject[]).map(({ id }) => id),
    newThreadId: memberAt(response, 'result', 'thread', 'id'),
    others: other.stream.slice(0, -1),
    added: readFileSync(path, 'utf8').slice(before.length),
    client,
  };
}

function tokens(usage: JsonObject | null, which: 'total' | 'last'): JsonValue | undefined {
  return memberAt(usage, 'tokenUsage', which, 'totalTokens');
}

const resumed = [STATUS, 'RESPONSE', USAGE, GOAL];
const forked = ['RESPONSE', USAGE, STARTED];

/** The streams of the two lifecycles under a fault that changes the order or the number of messages. */
const streams: Partial<Record<FaultName, readonly [resume: readonly unknown[], fork: readonly unknown[]]>> = {
  'omit-usage': [
    [STATUS, 'RESPONSE', GOAL],
    ['RESPONSE', STARTED],
  ],
  'usage-before-response': [
    [STATUS, USAGE, 'RESPONSE', GOAL],
    [USAGE, 'RESPONSE', STARTED],
  ],
  'duplicate-usage': [
    [STATUS, 'RESPONSE', USAGE, USAGE, GOAL],
    ['RESPONSE', USAGE, USAGE, STARTED],
  ],
  'started-before-usage': [resumed, ['RESPONSE', STARTED, USAGE]],
  'turn-before-usage': [
    [STATUS, 'RESPONSE', 'turn/started', USAGE, GOAL],
    ['RESPONSE', 'turn/started', USAGE, STARTED],
  ],
  'never-respond': [[STATUS], []],
  error: [[STATUS, 'ERROR'], ['ERROR']],
  garbage: [
    [STATUS, 'RESPONSE', 'RESPONSE', USAGE, GOAL],
    ['RESPONSE', 'RESPONSE', USAGE, STARTED],
  ],
};

describe('a fault changes what is sent, and nothing else', () => {
  const open = (Object.keys(faultNames) as FaultName[]).filter((name) => name !== 'close-after-response');
  test.each(open)('%s', async (name) => {
    const fault = name === 'slow' ? 'slow:1' : name;
    const [resume, fork] = streams[name] ?? [resumed, forked];
    expect((await seenWith('thread/resume', fault)).stream).toEqual(resume);
    expect((await seenWith('thread/fork', fault)).stream).toEqual(fork);
  });
});

test('without a fault nothing is wrong', async () => {
  const { usage, turns, threadId, others, added, stream } = await seenWith('thread/resume');
  expect(stream).toEqual(resumed);
  expect(usage).toMatchObject({ threadId, turnId: turns[1] });
  expect([tokens(usage, 'total'), tokens(usage, 'last')]).toEqual([12_299, 6_979]);
  expect(others).toEqual([STATUS, GOAL]);
  expect(added).toBe('');
});

test('broadcast-usage tells everyone', async () => {
  expect((await seenWith('thread/resume', 'broadcast-usage')).others).toEqual([STATUS, USAGE, GOAL]);
});

test('wrong-turn names another turn, wrong-thread another thread', async () => {
  const turn = await seenWith('thread/resume', 'wrong-turn');
  expect(turn.usage?.turnId).toBe(turn.turns[0]);
  const thread = await seenWith('thread/resume', 'wrong-thread');
  expect(thread.usage?.threadId).not.toBe(thread.threadId);
  const fork = await seenWith('thread/fork', 'wrong-thread');
  expect(fork.usage?.threadId).toBe(fork.threadId);
  expect(fork.newThreadId).not.toBe(fork.threadId);
});

test('total-only, stale-usage and rounded-usage change the counts', async () => {
  const counts = async (fault: string) => {
    const { usage } = await seenWith('thread/resume', fault);
    return [tokens(usage, 'total'), tokens(usage, 'last')];
  };
  expect(await counts('total-only')).toEqual([12_299, 0]);
  expect(await counts('stale-usage')).toEqual([5_320, 5_320]);
  expect(await counts('rounded-usage')).toEqual([12_000, 7_000]);
});

test('stale-usage takes a token away where there is no earlier count', async () => {
  const { codexHome, of } = await homeOfSamples('0.144.6', 'interrupted');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.144.6', 'stale-usage'));
  await client.streamOf('thread/resume', { threadId: of('interrupted').threadId });
  expect(tokens(client.params(USAGE)[0] ?? null, 'total')).toBe(22_305);
});

test('persist-usage writes one more token_count', async () => {
  const { added } = await seenWith('thread/resume', 'persist-usage');
  const { type, payload } = JSON.parse(added);
  expect(type).toBe('event_msg');
  expect(payload).toMatchObject({ type: 'token_count', info: { total_token_usage: { total_tokens: 12_299 } } });
});

test('close-after-response ends the connection', async () => {
  const { codexHome, of } = await homeOfSamples('0.144.6', 'two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.144.6', 'close-after-response'));
  await client.request('thread/resume', { threadId: of('two-turns').threadId });
  await client.ended;
  expect(client.stream).toEqual([STATUS, 'RESPONSE']);
});

test('garbage is no JSON, and an answer that nobody asked for', async () => {
  const { client } = await seenWith('thread/resume', 'garbage');
  expect(client.texts.slice(1, 3)).toEqual(['this is no JSON', '{"id":"nobody-asked","result":{}}']);
});

test('error is an internal error', async () => {
  const { messages } = await seenWith('thread/fork', 'error');
  expect(memberAt(messages[0] ?? null, 'error', 'code')).toBe(-32603);
});

test('slow holds up its own connection only', async () => {
  const { codexHome, of } = await homeOfSamples('0.144.6', 'two-turns');
  const server = embeddedServer(codexHome, '0.144.6', 'slow:2000');
  const client = await TestClient.ready(server);
  const other = await TestClient.ready(server);
  const { threadId } = of('two-turns');
  const slow = client.request('thread/resume', { threadId });
  await other.request('thread/read', { threadId, includeTurns: true });
  expect(client.stream).not.toContain('RESPONSE');
  expect(nameOf(await slow)).toBe('RESPONSE');
});

test('other requests are not touched', async () => {
  const { codexHome, of } = await homeOfSamples('0.144.6', 'two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.144.6', 'error', 'garbage', 'never-respond'));
  const read = await client.request('thread/read', { threadId: of('two-turns').threadId });
  expect(nameOf(read)).toBe('RESPONSE');
  expect(client.texts).toHaveLength(1);
});

test('faults add up', async () => {
  const { stream, usage } = await seenWith('thread/fork', 'rounded-usage', 'duplicate-usage', 'started-before-usage');
  expect(stream).toEqual(['RESPONSE', STARTED, USAGE, USAGE]);
  expect(tokens(usage, 'total')).toBe(12_000);
});

test('a fault is read from its name', () => {
  expect(parseFault('omit-usage')).toEqual({ name: 'omit-usage' });
  expect(parseFault('slow:250')).toEqual({ name: 'slow', ms: 250 });
  for (const text of ['', 'slow', 'slow:', 'slow:-1', 'slow:1s', 'slow:9999999', 'toString', 'Omit-Usage'])
    expect(() => parseFault(text), text).toThrow(RangeError);
});
