import { expect, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { homeOfSamples } from './sample-threads.ts';
import { embeddedServer, TestClient } from './test-client.ts';

const FIRST = 'Which birds stay here in winter?';
const input = [{ type: 'text', text: 'What about tea?', text_elements: [] }];

/** A server with one thread that was resumed, and what tests ask of it. */
async function resumed() {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
  const { threadId } = of('two-turns');
  const server = embeddedServer(codexHome, '0.169.0');
  const client = await TestClient.ready(server);
  const answer = await client.request('thread/resume', { threadId });
  const turns = memberAt(answer, 'result', 'thread', 'turns') as JsonObject[];
  const [first = '', second = ''] = turns.map(({ id }) => String(id));
  const previewOf = async (id: string) =>
    memberAt(await client.request('thread/read', { threadId: id }), 'result', 'thread', 'preview');
  const listed = async () => {
    const data = memberAt(await client.request('thread/list', {}), 'result', 'data') as JsonObject[];
    return data.map(({ id, preview }) => [id, preview]);
  };
  const fork = async (params: JsonObject = {}) => {
    const forked = await client.request('thread/fork', { threadId, ...params });
    return String(memberAt(forked, 'result', 'thread', 'id'));
  };
  return { server, client, threadId, first, second, previewOf, listed, fork };
}

test.each(['first', 'second'] as const)(
  'reverted to before its %s turn, a thread is still called by what its user wrote first, but listed by each rollout',
  async (turn) => {
    const { client, threadId, previewOf, listed, ...turns } = await resumed();
    await client.request('thread/revert', { threadId, beforeTurnId: turns[turn] });
    expect(await previewOf(threadId)).toBe(FIRST);
    expect(await listed()).toEqual([[threadId, FIRST]]);
    await client.request('turn/start', { threadId, input });
    expect(await previewOf(threadId)).toBe(FIRST);
    expect(await listed()).toEqual([
      [threadId, 'What about tea?'],
      [threadId, FIRST],
    ]);
  },
);

test('a fork is called as its source, after a turn of its own too; one that takes nothing over by its own', async () => {
  const { client, threadId, first, previewOf, listed, fork } = await resumed();
  const whole = await fork();
  await client.request('turn/start', { threadId: whole, input });
  expect(await previewOf(whole)).toBe(FIRST);
  const empty = await fork({ beforeTurnId: first });
  expect(await previewOf(empty)).toBe('');
  expect((await listed()).map(([id]) => id)).not.toContain(empty);
  await client.request('turn/start', { threadId: empty, input });
  expect(new Map((await listed()) as [string, string][])).toEqual(
    new Map([
      [threadId, FIRST],
      [whole, FIRST],
      [empty, 'What about tea?'],
    ]),
  );
});

test('before 0.169 a fork is called and listed by what is said in it alone', async () => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'fork', 'fork-parent');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.160.0'));
  const { threadId } = of('fork-parent');
  // Of one that it did not make it says more when it is asked for.
  const stored = await client.request('thread/read', { threadId: of('fork').threadId });
  expect(stored).toMatchObject({ result: { thread: { preview: 'Name a river in the Alps.' } } });
  const listed = async () => {
    const data = memberAt(await client.request('thread/list', {}), 'result', 'data') as JsonObject[];
    return data.map(({ preview }) => preview);
  };
  const forked = memberAt(await client.request('thread/fork', { threadId }), 'result', 'thread');
  expect(memberAt(forked, 'preview')).toBe('');
  expect(await listed()).toEqual(['Name a river in the Alps.']);
  await client.request('turn/start', { threadId: memberAt(forked, 'id') ?? '', input });
  expect(await listed()).toEqual(['What about tea?', 'Name a river in the Alps.']);
});

test('a fork that takes all over from one in which nobody said anything is called by what was said before', async () => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'fork', 'fork-parent');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  const { threadId } = of('fork');
  expect(await client.request('thread/read', { threadId })).toMatchObject({ result: { thread: { preview: '' } } });
  const named = { result: { thread: { preview: 'Name a river in the Alps.' } } };
  expect(await client.request('thread/fork', { threadId })).toMatchObject(named);
  // And so is this one from its next turn on, or when it is reverted to one that it took over.
  const resumed = await client.request('thread/resume', { threadId });
  const turns = memberAt(resumed, 'result', 'thread', 'turns') as JsonObject[];
  await client.request('turn/start', { threadId, input });
  expect(await client.request('thread/read', { threadId })).toMatchObject(named);
  const revert = { threadId, beforeTurnId: turns.at(-1)?.id ?? null };
  expect(await client.request('thread/revert', revert)).toMatchObject(named);
});

test.each([
  ['thread/name/set', { name: 'moon' }],
  ['thread/settings/update', { model: 'gpt-5.2' }],
])('a fork in which nobody said anything is listed by what it took over after %s', async (method, params) => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'fork', 'fork-parent');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  const { threadId } = of('fork');
  await client.request('thread/resume', { threadId });
  await client.request(method, { threadId, ...params });
  const data = memberAt(await client.request('thread/list', {}), 'result', 'data') as JsonObject[];
  expect(data.find(({ id }) => id === threadId)).toMatchObject({ preview: 'Name a river in the Alps.' });
});

test('a list is searched for what the user said in a rollout itself', async () => {
  const { client, threadId, fork } = await resumed();
  const forked = await fork();
  await client.request('turn/start', { threadId: forked, input });
  const found = async (searchTerm: string) => {
    const data = memberAt(await client.request('thread/list', { searchTerm }), 'result', 'data') as JsonObject[];
    return data.map(({ id, preview }) => [id, preview]);
  };
  expect(await found('tea')).toEqual([[forked, 'What about tea?']]);
  expect(await found('winter')).toEqual([[threadId, FIRST]]);
});

test('a thread that got a name before anything was said in it is not listed', async () => {
  const { client, threadId, listed } = await resumed();
  const started = memberAt(await client.request('thread/start', {}), 'result', 'thread', 'id') as string;
  await client.request('thread/name/set', { threadId: started, name: 'moon' });
  expect(await listed()).toEqual([[threadId, FIRST]]);
});

test.each([true, false])(
  'whoever reverts a thread sees its turns from then on, if that goes well: %s',
  async (goesWell) => {
    const { server, client, threadId, first } = await resumed();
    const other = await TestClient.ready(server);
    await other.request('thread/revert', { threadId, beforeTurnId: goesWell ? first : 'nobody' });
    await client.request('turn/start', { threadId, input });
    await other.until(({ method }) => method === 'turn/completed');
    expect(other.stream).toContain('item/agentMessage/delta');
  },
);

test('a fork is set to the model of the configuration, whatever its source was set to', async () => {
  const { client, threadId } = await resumed();
  const settings = { effort: 'high', serviceTier: 'flex', approvalPolicy: 'on-request' };
  await client.request('thread/settings/update', { threadId, ...settings });
  expect(await client.request('thread/fork', { threadId })).toMatchObject({
    result: { reasoningEffort: null, serviceTier: null, approvalPolicy: 'on-request' },
  });
});

test('a reverted thread is one of the version that reverted it', async () => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
  const { threadId } = of('two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.160.0'));
  const answer = await client.request('thread/resume', { threadId });
  const [first] = memberAt(answer, 'result', 'thread', 'turns') as JsonObject[];
  expect(memberAt(answer, 'result', 'thread', 'cliVersion')).toBe('0.169.0');
  const reverted = await client.request('thread/revert', { threadId, beforeTurnId: first?.id ?? null });
  expect(memberAt(reverted, 'result', 'thread', 'cliVersion')).toBe('0.160.0');
});

test('a revert that fails leaves the thread with the usual service tier', async () => {
  const { client, threadId } = await resumed();
  const refused = await client.request('thread/revert', { threadId, beforeTurnId: 'nobody' });
  expect(memberAt(refused, 'error', 'message')).toBe('turn not found: nobody');
  const again = await client.request('thread/resume', { threadId });
  expect(memberAt(again, 'result', 'serviceTier')).toBe('default');
});
