import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { temporaryFolder, threadA } from '../support/rollout.ts';
import { homeOfSamples, sampleVersions } from './sample-threads.ts';
import { embeddedServer, nameOf, TestClient } from './test-client.ts';

/** The error that a request is answered with. */
async function errorOf(client: TestClient, method: string, params?: JsonObject | null): Promise<unknown> {
  const answer = await client.request(method, ...(params === undefined ? [] : [params]));
  return memberAt(answer, 'error') ?? answer;
}

const refused = (message: string) => ({ code: -32600, message });

describe('the handshake', () => {
  test('comes first, once, and says who is there', async () => {
    const codexHome = temporaryFolder();
    const client = new TestClient(embeddedServer(codexHome, '0.144.6'));
    expect(await errorOf(client, 'thread/list', {})).toEqual(refused('Not initialized'));
    const params = { clientInfo: { name: 'a client', version: '1' } };
    const { result } = await client.request('initialize', params);
    expect(result).toMatchObject({
      userAgent: 'a client/0.144.6 (rollout-inspect embedded app-server)',
      platformFamily: process.platform === 'win32' ? 'windows' : 'unix',
    });
    expect(await errorOf(client, 'initialize', params)).toEqual(refused('Already initialized'));
  });

  test('is refused when it does not say who is there', async () => {
    const client = new TestClient(embeddedServer(temporaryFolder(), '0.169.0'));
    expect(await errorOf(client, 'initialize', {})).toEqual(refused('Invalid request: missing field `clientInfo`'));
    const params = { clientInfo: { name: 3, version: '1' } };
    const message = 'Invalid request: invalid type: integer `3`, expected a string';
    expect(await errorOf(client, 'initialize', params)).toEqual(refused(message));
  });

  test('keeps away the notifications that a client opts out of', async () => {
    const { codexHome, of } = await homeOfSamples('0.144.6', 'two-turns');
    const server = embeddedServer(codexHome, '0.144.6');
    const optOutNotificationMethods = ['thread/tokenUsage/updated', 'thread/goal/cleared', 'turn/started'];
    const client = await TestClient.ready(server, { optOutNotificationMethods });
    const { threadId } = of('two-turns');
    expect((await client.streamOf('thread/resume', { threadId })).map(nameOf)).toEqual([
      'thread/status/changed',
      'RESPONSE',
    ]);
    const turn = (await client.streamOf('turn/start', { threadId, input: [] })).map(nameOf);
    expect(turn.filter((name) => optOutNotificationMethods.includes(name))).toEqual([]);
    expect(turn.at(-1)).toBe('turn/completed');
  });
});

describe('requests that are wrong', () => {
  test.each([
    ['thread/resume', undefined, 'Invalid request: missing field `params`'],
    ['thread/resume', null, 'Invalid request: missing field `params`'],
    ['thread/resume', {}, 'Invalid request: missing field `threadId`'],
    ['thread/resume', { threadId: 12 }, 'Invalid request: invalid type: integer `12`, expected a string'],
    ['thread/resume', { threadId: null }, 'Invalid request: invalid type: null, expected a string'],
    ['thread/resume', { threadId: [1] }, 'Invalid request: invalid type: sequence, expected a string'],
    ['thread/resume', { threadId: true }, 'Invalid request: invalid type: boolean `true`, expected a string'],
    ['thread/resume', { threadId: 1.5 }, 'Invalid request: invalid type: floating point `1.5`, expected a string'],
    [
      'thread/resume',
      { threadId: threadA, path: 3 },
      'Invalid request: invalid type: integer `3`, expected path string',
    ],
    ['thread/resume', { threadId: threadA }, `no rollout found for thread id ${threadA}`],
    ['thread/fork', { threadId: threadA }, `no rollout found for thread id ${threadA}`],
    ['thread/read', { threadId: threadA }, `thread not loaded: ${threadA}`],
    [
      'thread/read',
      { threadId: threadA, includeTurns: 'x' },
      'Invalid request: invalid type: string "x", expected a boolean',
    ],
    ['turn/start', { threadId: threadA, input: [] }, `thread not found: ${threadA}`],
    ['turn/start', { threadId: threadA }, 'Invalid request: missing field `input`'],
    ['turn/start', { threadId: threadA, input: 3 }, 'Invalid request: invalid type: integer `3`, expected a sequence'],
    ['thread/list', { limit: -2 }, 'Invalid request: invalid value: integer `-2`, expected u32'],
    ['thread/start', { cwd: 3 }, 'Invalid request: invalid type: integer `3`, expected a string'],
  ] as const)('%s %j: %s', async (method, params, message) => {
    const client = await TestClient.ready(embeddedServer(temporaryFolder(), '0.169.0'));
    expect(await errorOf(client, method, params)).toEqual(refused(message));
  });

  test('an unknown method is told which there are', async () => {
    const client = await TestClient.ready(embeddedServer(temporaryFolder(), '0.169.0'));
    expect(await errorOf(client, 'thread/bogus', {})).toMatchObject({
      code: -32600,
      message: expect.stringMatching(
        /^Invalid request: unknown variant `thread\/bogus`, expected one of `initialize`, /,
      ),
    });
  });

  const character = (found: string, place: number) =>
    `invalid character: expected an optional prefix of \`urn:uuid:\` followed by [0-9a-fA-F-], found \`${found}\` at ${place}`;

  test.each([
    ['', 'invalid length: expected length 32 for simple format, found 0'],
    ['abc', 'invalid length: expected length 32 for simple format, found 3'],
    ['nope', character('n', 1)],
    ['a😀', character('😀', 2)],
    ['urn:uuid:zz', character('z', 10)],
    ['{12}', 'invalid group count: expected 5, found 1'],
    [threadA.slice(0, -1), 'invalid group length in group 4: expected 12, found 11'],
    [`${threadA}a`, 'invalid group length in group 4: expected 12, found 13'],
    [threadA.replace('-', ''), 'invalid group count: expected 5, found 4'],
    [`0${threadA}`, 'invalid group length in group 0: expected 8, found 9'],
  ])('the id "%s" is none', async (threadId, problem) => {
    for (const [version, called] of [
      ['0.122.0', 'thread'],
      ['0.144.6', 'session'],
      ['0.169.0', 'session'],
    ] as const) {
      const client = await TestClient.ready(embeddedServer(temporaryFolder(), version));
      expect(await errorOf(client, 'thread/resume', { threadId })).toEqual(refused(`invalid ${called} id: ${problem}`));
      expect(await errorOf(client, 'thread/read', { threadId })).toEqual(refused(`invalid thread id: ${problem}`));
    }
  });

  test('an id may be written in several ways', async () => {
    const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
    const { threadId } = of('two-turns');
    const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    const forms = [threadId.toUpperCase(), `urn:uuid:${threadId}`, `{${threadId}}`, threadId.replaceAll('-', '')];
    for (const form of forms) {
      const answer = await client.request('thread/resume', { threadId: form });
      expect(memberAt(answer, 'result', 'thread', 'id'), form).toBe(threadId);
    }
  });
});

describe('paths', () => {
  test('are for clients of the experimental API', async () => {
    const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
    const { threadId, path } = of('two-turns');
    const server = embeddedServer(codexHome, '0.169.0');
    const plain = await TestClient.ready(server, {});
    for (const method of ['thread/resume', 'thread/fork']) {
      const message = `${method}.path requires experimentalApi capability`;
      expect(await errorOf(plain, method, { threadId, path })).toEqual(refused(message));
    }
    const client = await TestClient.ready(server);
    const answer = await client.request('thread/resume', { threadId: '', path });
    expect(memberAt(answer, 'result', 'thread', 'id')).toBe(threadId);
  });

  test('that lead nowhere are refused in the words of each version', async () => {
    const codexHome = temporaryFolder();
    const old = await TestClient.ready(embeddedServer(codexHome, '0.122.0'));
    const current = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    const resume = (client: TestClient, path: string) => errorOf(client, 'thread/resume', { threadId: '', path });
    const missing = join(codexHome, 'none.jsonl');
    expect(await resume(old, missing)).toEqual(
      refused(`failed to load rollout \`${missing}\`: No such file or directory (os error 2)`),
    );
    expect(await resume(old, codexHome)).toEqual(
      refused(`failed to load rollout \`${codexHome}\`: Is a directory (os error 21)`),
    );
    expect(await resume(current, missing)).toEqual(
      refused(`failed to resolve rollout path \`${missing}\`: file does not exist`),
    );
    expect(await resume(current, '.')).toMatchObject({ message: expect.stringMatching(/path is a directory$/) });
    expect(await resume(current, '')).toMatchObject({ message: expect.stringMatching(/^invalid session id: /) });
  });

  test.each(sampleVersions)('archived threads are opened by none of %s', async (version) => {
    const { codexHome, of } = await homeOfSamples(version, 'two-turns');
    const { threadId, path } = of('two-turns');
    const archive = join(codexHome, 'archived_sessions');
    mkdirSync(archive);
    renameSync(path, join(archive, basename(path)));
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    const message =
      version === '0.122.0'
        ? `no rollout found for thread id ${threadId}`
        : `session ${threadId} is archived. Run \`codex unarchive ${threadId}\` to unarchive it first.`;
    expect(await errorOf(client, 'thread/resume', { threadId })).toEqual(refused(message));
    expect(await errorOf(client, 'thread/fork', { threadId })).toEqual(refused(message));
  });
});

describe('messages', () => {
  test.each([
    '{"id":1,"method":"thread/list","params":{}',
    'no JSON',
    '[]',
    '[{"id":1,"method":"thread/list","params":{}}]',
    '3',
    '{"id":null,"method":"thread/list","params":{}}',
    '{"id":1.5,"method":"thread/list","params":{}}',
    '{"id":9223372036854775808,"method":"thread/list","params":{}}',
    '{"id":1}',
    '{"id":1,"result":{}}',
    '{"method":"thread/list","params":{}}',
    '{"method":"initialized"}',
    '{"id":1,"method":3,"params":{}}',
  ])('%s is passed over', async (text) => {
    const client = await TestClient.ready(embeddedServer(temporaryFolder(), '0.169.0'));
    await client.send(text);
    await client.settle();
    expect(client.messages).toHaveLength(1);
  });

  test.each(['-7', '9007199254740993', '9223372036854775807', '-9223372036854775808', '"a \\" string"', '""', '0'])(
    'the id %s comes back as it is',
    async (id) => {
      const client = await TestClient.ready(embeddedServer(temporaryFolder(), '0.169.0'));
      await client.send(`{"id":${id},"method":"thread/list","params":{}}`);
      await client.send(`{"id":${id},"method":"thread/bogus","params":{}}`);
      await client.settle();
      expect(client.texts[0]).toMatch(`{"id":${id},"result":`);
      expect(client.texts[1]?.endsWith(`,"id":${id}}`)).toBe(true);
    },
  );

  test('token counts keep all their digits', async () => {
    const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
    const { threadId, path } = of('two-turns');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(':11936,', ':9007199254740993,'));
    const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    await client.streamOf('thread/resume', { threadId });
    expect(client.texts.join()).toContain('"inputTokens":9007199254740993,');
    await client.streamOf('turn/start', { threadId, input: [] });
    expect(client.texts.join()).toContain('"inputTokens":9007199254741993,');
  });

  test.each([
    ['0.144.6', false],
    ['0.145.0', true],
  ])('notifications of %s say when they were sent: %s', async (version, isStamped) => {
    const { codexHome, of } = await homeOfSamples('0.122.0', 'two-turns');
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    const messages = await client.streamOf('thread/resume', { threadId: of('two-turns').threadId });
    for (const message of messages) {
      expect('emittedAtMs' in message).toBe(isStamped && message.method !== undefined);
    }
  });

  test('of one connection are answered in order, of several each by itself', async () => {
    const { codexHome, threads } = await homeOfSamples('0.169.0');
    const server = embeddedServer(codexHome, '0.169.0');
    const clients = await Promise.all(threads.map(() => TestClient.ready(server)));
    await Promise.all(
      clients.map(async (client) => {
        const ids = threads.map(({ threadId }) => threadId);
        for (const [id, threadId] of ids.entries()) {
          const params = { threadId, excludeTurns: true };
          await client.send(JSON.stringify({ id, method: 'thread/resume', params }));
        }
        await client.settle();
        const answers = client.messages.filter((message) => nameOf(message) === 'RESPONSE');
        expect(answers.map(({ id }) => id)).toEqual(ids.map((_, id) => id));
      }),
    );
    for (const client of clients) client.forget();
    const turns = threads.map(({ threadId }, i) => clients[i]?.request('turn/start', { threadId, input: [] }));
    await Promise.all(turns);
    for (const client of clients) {
      await client.settle();
      expect(client.stream.filter((name) => name === 'turn/completed')).toHaveLength(threads.length);
    }
  });

  test('several turns at once are all counted', async () => {
    const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
    const { threadId } = of('two-turns');
    const server = embeddedServer(codexHome, '0.169.0');
    const clients = await Promise.all([1, 2, 3, 4].map(() => TestClient.ready(server)));
    await Promise.all(clients.map((client) => client.request('thread/resume', { threadId })));
    await Promise.all(clients.map((client) => client.request('turn/start', { threadId, input: [] })));
    const later = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    await later.request('thread/resume', { threadId });
    const [usage] = later.params('thread/tokenUsage/updated');
    expect(memberAt(usage, 'tokenUsage', 'total', 'totalTokens')).toBe(12_299 + 4 * 1_050);
  });

  test('a connection that ended holds up nobody', async () => {
    const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
    const { threadId } = of('two-turns');
    const server = embeddedServer(codexHome, '0.169.0');
    const gone = await TestClient.ready(server);
    await gone.request('thread/resume', { threadId });
    await gone.close();
    await gone.ended;
    const client = await TestClient.ready(server);
    await client.request('thread/resume', { threadId });
    expect(nameOf(await client.request('turn/start', { threadId, input: [] }))).toBe('RESPONSE');
    await server.close();
    await client.ended;
  });
});

test('threads without a rollout can be read, but not their turns', async () => {
  const client = await TestClient.ready(embeddedServer(temporaryFolder(), '0.169.0'));
  const start = async (ephemeral: boolean) =>
    memberAt(await client.request('thread/start', { ephemeral }), 'result', 'thread', 'id') as string;
  const [unwritten, ephemeral] = [await start(false), await start(true)];
  for (const threadId of [unwritten, ephemeral]) {
    expect(nameOf(await client.request('thread/read', { threadId }))).toBe('RESPONSE');
    for (const method of ['thread/resume', 'thread/fork'])
      expect(await errorOf(client, method, { threadId })).toEqual(
        refused(`no rollout found for thread id ${threadId}`),
      );
  }
  const turnsOf = (threadId: string) => errorOf(client, 'thread/read', { threadId, includeTurns: true });
  expect(await turnsOf(unwritten)).toEqual({ code: -32601, message: 'list_turns is not supported yet' });
  expect(await turnsOf(ephemeral)).toEqual(refused('ephemeral threads do not support includeTurns'));
});

test('threads are listed newest first, page by page', async () => {
  const { codexHome, threads } = await homeOfSamples('0.144.6');
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  const seen: unknown[] = [];
  let cursor: string | null = null;
  do {
    const params: JsonObject = cursor === null ? { limit: 4 } : { limit: 4, cursor };
    const { result } = await client.request('thread/list', params);
    seen.push(...(memberAt(result, 'data') as JsonObject[]).map(({ id }) => id));
    cursor = memberAt(result, 'nextCursor') as string | null;
  } while (cursor !== null);
  expect(seen).toEqual(
    threads
      .map(({ threadId }) => threadId)
      .sort()
      .reverse(),
  );
  expect(await errorOf(client, 'thread/list', { cursor: 'nobody' })).toEqual(refused('invalid cursor: nobody'));
});
