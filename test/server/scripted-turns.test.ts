import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { supportedVersion } from '../../src/codex/version.ts';
import { restoreUsage } from '../../src/index.ts';
import { jsonText } from '../../src/json/json-text.ts';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { EmbeddedServer } from '../../src/server/embedded-server.ts';
import { readScript } from '../../src/server/turns/turn-script.ts';
import { homeOfSamples, sampleVersions } from './sample-threads.ts';
import { TestClient } from './test-client.ts';

const input = [{ type: 'text', text: 'Tidy up.', text_elements: [] }];
const LONG = 3_000_000;

/** A client of a server whose model follows a script, and the sample thread that it has resumed. */
async function scripted(version: string, ...turns: object[]) {
  const { codexHome, of } = await homeOfSamples(version, 'two-turns');
  const script = readScript(Buffer.from(JSON.stringify({ turns })));
  const server = new EmbeddedServer({ codexHome, version: supportedVersion(version), faults: [], script });
  onTestFinished(() => server.close());
  const { threadId, path } = of('two-turns');
  const client = await TestClient.ready(server);
  await client.request('thread/resume', { threadId });
  client.forget();
  const start = async () => {
    const answer = await client.request('turn/start', { threadId, input });
    return String(memberAt(answer, 'result', 'turn', 'id'));
  };
  const ended = async () => client.until((message) => message.method === 'turn/completed');
  return { server, client, threadId, path, start, ended };
}

function kindsOf(client: TestClient): unknown[] {
  return client.params('item/completed').map((params) => memberAt(params, 'item', 'type'));
}

test.each(sampleVersions)(
  'a turn on %s does what its script says, and its usage and items are restored',
  async (version) => {
    const usage = { input: 700, cached: 100, output: 30 };
    const steps = [
      { think: 'Where is it?' },
      { run: 'ls', output: 'a\n' },
      { write: 'a.txt', content: 'a\n' },
      { search: 'birds' },
      { say: 'Done.' },
    ];
    const { client, threadId, path, start, ended } = await scripted(version, { steps, usage });
    const turnId = await start();
    expect(memberAt(await ended(), 'params', 'turn')).toMatchObject({ id: turnId, status: 'completed' });
    expect(kindsOf(client)).toEqual([
      'userMessage',
      'reasoning',
      'commandExecution',
      'fileChange',
      'webSearch',
      'agentMessage',
    ]);
    const { tokenUsageInfo } = await restoreUsage(path, { emulate: version });
    expect(tokenUsageInfo?.total_token_usage.total_tokens).toBe(12_299n + 730n);
    const read = await client.request('thread/read', { threadId, includeTurns: true });
    const turns = memberAt(read, 'result', 'thread', 'turns') as JsonObject[];
    const items = ((turns.at(-1)?.items ?? []) as JsonObject[]).map(({ type }) => type);
    expect(items).toEqual(expect.arrayContaining(['userMessage', 'reasoning', 'agentMessage']));
    // Behind the script there is the usual answer.
    client.forget();
    await start();
    await ended();
    expect(kindsOf(client)).toEqual(['userMessage', 'agentMessage']);
  },
);

test('a turn waits until somebody approves, and goes on as was decided', async () => {
  const steps = [{ run: 'rm a', approval: true }, { say: 'Done.' }];
  const { client, start, ended } = await scripted('0.169.0', { steps }, { steps });
  for (const [decision, status] of [
    ['accept', 'completed'],
    ['decline', 'declined'],
  ] as const) {
    client.forget();
    await start();
    const request = await client.until(({ method }) => method === 'item/commandExecution/requestApproval');
    expect(client.params('thread/status/changed').at(-1)).toMatchObject({
      status: { activeFlags: ['waitingOnApproval'] },
    });
    await client.send(jsonText({ id: request.id ?? null, result: { decision } }));
    await ended();
    expect(client.params('serverRequest/resolved')).toMatchObject([{ requestId: request.id }]);
    expect(client.params('item/completed').map(({ item }) => memberAt(item, 'status'))).toContain(status);
    expect(kindsOf(client).at(-1)).toBe('agentMessage');
  }
});

test('a turn can be steered and interrupted while it goes on', async () => {
  const { client, threadId, path, start, ended } = await scripted('0.169.0', {
    steps: [{ say: 'One.' }, { wait: LONG }],
  });
  const turnId = await start();
  await client.until((message) => memberAt(message, 'params', 'item', 'text') === 'One.');
  const steer = (expectedTurnId: string) => client.request('turn/steer', { threadId, input, expectedTurnId });
  expect(await steer('x')).toMatchObject({
    error: { message: `expected active turn id \`x\` but found \`${turnId}\`` },
  });
  expect(await steer(turnId)).toMatchObject({ result: { turnId } });
  expect(await start()).toBe(turnId);
  expect(await client.request('thread/read', { threadId })).toMatchObject({
    result: { thread: { status: { type: 'active' } } },
  });
  expect(await client.request('turn/interrupt', { threadId, turnId })).toMatchObject({ result: {} });
  expect(memberAt(await ended(), 'params', 'turn', 'status')).toBe('interrupted');
  expect(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)).toContain('"turn_aborted"');
  expect(await client.request('turn/interrupt', { threadId, turnId })).toMatchObject({ error: { code: -32600 } });
});

test('a turn fails where its script says so, and the next one runs', async () => {
  const { client, start, ended } = await scripted('0.169.0', { steps: [{ fail: 'no more' }] });
  await start();
  expect(memberAt(await ended(), 'params', 'turn')).toMatchObject({ status: 'failed', error: { message: 'no more' } });
  expect(client.stream).toContain('error');
});

test.each([
  ['0.144.6', { status: 'completed', error: null }],
  ['0.169.0', { status: 'failed', error: { message: 'no more' } }],
])('a turn that failed is resumed as %s resumes it', async (version, shown) => {
  const { client, threadId, path, start, ended } = await scripted(version, { steps: [{ fail: 'no more' }] });
  await start();
  await ended();
  const resumed = await client.request('thread/resume', { threadId });
  const turns = memberAt(resumed, 'result', 'thread', 'turns') as JsonObject[];
  expect(turns.at(-1)).toMatchObject(shown);
  // Codex takes the begin of a paginated thread's turn from the line that ends it.
  const { payload } = JSON.parse(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '');
  expect(payload.started_at).toEqual(version === '0.144.6' ? undefined : expect.any(Number));
});

test.each([
  ['{"turns":[{"steps":[{"say":1}]}]}', 'line 1, byte 27: turns[0].steps[0].say: not a string'],
  [
    '{"turns":[\n{"steps":[{"sing":"a"}]}]}',
    'turns[0].steps[0]: no step: one of say, think, run, write, search, wait, fail is wanted',
  ],
  ['{"turns":[{"steps":[],"usage":{"input":1.5,"output":1}}]}', 'turns[0].usage.input: not a whole number'],
])('what is no script is refused with the place: %s', (text, message) => {
  expect(() => readScript(Buffer.from(text))).toThrow(message);
});

test('nothing of a turn is left to do when the server is closed', async () => {
  const { server, start } = await scripted('0.169.0', { steps: [{ wait: LONG }] });
  await start();
  await server.close();
});
