import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { readTranscript } from '../../src/replay/judge/recorded.ts';
import { PlayedServer } from '../../src/server/played/played-server.ts';
import { TestClient } from './test-client.ts';

const capture = readFileSync('samples/captures/resume-0.169.0.ndjson');
const threadId = '01a20417-8cab-7172-9434-dd5633fbbeb4';

function played() {
  const unknown: string[] = [];
  const { entries } = readTranscript(capture);
  const server = new PlayedServer({ entries, onUnknown: (method) => unknown.push(method) });
  onTestFinished(() => server.close());
  return { server, unknown, entries };
}

test('a recorded session is told again to a client that asks the same', async () => {
  const { server, unknown, entries } = played();
  const client = new TestClient(server);
  await client.request('initialize', { clientInfo: { name: 'another', version: '9' } });
  await client.send('{"method":"initialized"}');
  const answer = await client.request('thread/resume', { threadId });
  const recorded = entries.find(({ message }) => memberAt(message, 'result', 'thread') !== undefined);
  expect(answer.result).toEqual(memberAt(recorded?.message, 'result'));
  const [usage] = client.params('thread/tokenUsage/updated');
  expect(memberAt(usage, 'tokenUsage', 'total', 'totalTokens')).toBe(12_299);
  expect(unknown).toEqual([]);
});

test('what was never asked is refused, and said', async () => {
  const { server, unknown } = played();
  const client = await TestClient.ready(server);
  expect(await client.request('thread/resume', { threadId, excludeTurns: true })).toMatchObject({
    error: { message: 'not in the recorded session: thread/resume' },
  });
  expect(await client.request('model/list', {})).toMatchObject({ error: { code: -32600 } });
  expect(unknown).toEqual(['thread/resume', 'model/list']);
  const again: JsonObject = await client.request('thread/resume', { threadId });
  expect(again.result).toBeDefined();
});
