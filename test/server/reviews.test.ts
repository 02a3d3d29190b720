import { expect, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { homeOfSamples } from './sample-threads.ts';
import { embeddedServer, nameOf, TestClient } from './test-client.ts';

const versions = ['0.144.6', '0.169.0'];

async function resumed(version: string) {
  const { codexHome, of } = await homeOfSamples(version, 'two-turns');
  const { threadId } = of('two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, version));
  await client.request('thread/resume', { threadId });
  client.forget();
  const turns = async () => {
    const answer = await client.request('thread/resume', { threadId });
    return memberAt(answer, 'result', 'thread', 'turns') as JsonObject[];
  };
  return { client, threadId, turns };
}

function itemsOf(turn: JsonObject | undefined): unknown[] {
  const items = (memberAt(turn, 'items') ?? []) as JsonObject[];
  return items.map(({ type, review, text }) => [type, review ?? text]);
}

test.each(versions)('a review is told and kept as %s does it', async (version) => {
  const { client, threadId, turns } = await resumed(version);
  const target = { type: 'commit', sha: '0123456789', title: 'Birds' };
  const told = await client.streamOf('review/start', { threadId, target });
  expect(told[0]).toMatchObject({
    result: {
      turn: { status: 'inProgress', items: [{ type: 'userMessage', content: [{ text: 'commit 0123456: Birds' }] }] },
      reviewThreadId: threadId,
    },
  });
  const items = told.map((message) => [nameOf(message), memberAt(message, 'params', 'item', 'type')]);
  expect(items.filter(([, type]) => type !== undefined)).toEqual([
    ...[
      ['item/started', 'enteredReviewMode'],
      ['item/completed', 'enteredReviewMode'],
    ],
    ...[
      ['item/started', 'userMessage'],
      ['item/completed', 'userMessage'],
    ],
    ['item/started', 'agentMessage'],
    ...[
      ['item/started', 'exitedReviewMode'],
      ['item/completed', 'exitedReviewMode'],
    ],
    ...[
      ['item/started', 'agentMessage'],
      ['item/completed', 'agentMessage'],
    ],
  ]);
  const review = (await turns()).find(({ id }) => id === memberAt(told[0] ?? null, 'result', 'turn', 'id'));
  expect(review?.status).toBe('completed');
  expect(itemsOf(review).slice(0, 2)).toEqual([
    ['enteredReviewMode', 'commit 0123456: Birds'],
    ['exitedReviewMode', 'This is a scripted answer.'],
  ]);
});

test.each([
  [{ type: 'custom', instructions: ' ' }, 'instructions must not be empty'],
  [{ type: 'commit' }, 'Invalid request: missing field `sha`'],
])('a review of %j is refused', async (target, message) => {
  const { client, threadId } = await resumed('0.169.0');
  expect(await client.request('review/start', { threadId, target })).toMatchObject({ error: { message } });
});

test.each(versions)('a command of the user is a turn of its own, without the model, on %s', async (version) => {
  const { client, threadId, turns } = await resumed(version);
  const told = await client.streamOf('thread/shellCommand', { threadId, command: 'echo hi' });
  expect(told.map(nameOf)).toEqual([
    ...['RESPONSE', 'thread/status/changed', 'turn/started', 'item/started', 'item/completed'],
    ...['thread/status/changed', 'turn/completed'],
  ]);
  expect(memberAt(told.at(-3) ?? null, 'params', 'item')).toMatchObject({
    ...{ type: 'commandExecution', command: "/bin/bash -lc 'echo hi'", source: 'userShell' },
    ...{ status: 'completed', exitCode: 0 },
  });
  const last = (await turns()).at(-1);
  expect(last).toMatchObject({ status: 'completed' });
  // A legacy rollout keeps nothing of it.
  expect(itemsOf(last).length).toBe(version === '0.144.6' ? 0 : 1);
});
