import { beforeAll, expect, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { homeOfSamples, sampleVersions } from '../server/sample-threads.ts';
import { embeddedServer, nameOf, TestClient } from '../server/test-client.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { CodexSchemas } from '../support/codex-schemas.ts';
import { plainNumbers } from '../support/plain-numbers.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { resultProblems } from '../support/result-problems.ts';

/** Asks for all that the server knows, of all samples, and returns what each request was answered with. */
async function conversation(version: string): Promise<{ readonly method: string; readonly messages: JsonObject[] }[]> {
  const { codexHome, threads } = await homeOfSamples(version);
  const client = new TestClient(embeddedServer(codexHome, '0.169.0'));
  const all: { method: string; messages: JsonObject[] }[] = [];
  const ask = async (method: string, params: JsonObject) => {
    const messages = await client.streamOf(method, params);
    all.push({ method, messages });
    return messages.find((message) => nameOf(message) === 'RESPONSE') ?? null;
  };
  const input = [{ type: 'text', text: 'Hello', text_elements: [] }];
  await ask('initialize', { clientInfo: { name: 'test', version: '1' }, capabilities: { experimentalApi: true } });
  for (const { threadId } of threads) {
    await ask('thread/read', { threadId, includeTurns: true });
    await ask('thread/resume', { threadId });
    await ask('thread/resume', { threadId, excludeTurns: true });
    const fork = memberAt(await ask('thread/fork', { threadId }), 'result', 'thread', 'id');
    await ask('turn/start', { threadId: String(fork), input });
    await ask('thread/unsubscribe', { threadId });
  }
  const started = memberAt(await ask('thread/start', {}), 'result', 'thread', 'id');
  await ask('turn/start', { threadId: String(started), input });
  await ask('thread/fork', { threadId: threads[0]?.threadId ?? '', ephemeral: true, excludeTurns: true });
  await ask('thread/list', {});
  await ask('thread/list', { limit: 1 });
  await ask('thread/resume', { threadId: 'nobody' });
  return all;
}

describeRealCodex('what the embedded server sends is what the schemas of Codex allow', () => {
  let schemas: CodexSchemas;
  beforeAll(() => {
    schemas = new CodexSchemas(pinnedCodexBinary() ?? '');
    return () => schemas.remove();
  }, 120_000);

  test.each(sampleVersions)('with the samples of %s', { timeout: 120_000 }, async (version) => {
    const methods = new Set<string>();
    for (const { method, messages } of await conversation(version)) {
      expect(messages.length, method).toBeGreaterThan(0);
      for (const message of messages) {
        const name = nameOf(message);
        methods.add(name === 'RESPONSE' ? method : name);
        const value = plainNumbers(message);
        const text = JSON.stringify(value).slice(0, 400);
        if (name === 'RESPONSE') expect(schemas.problemOfResult(method, value.result), text).toBeNull();
        else if (name === 'ERROR') expect(schemas.problem('JSONRPCError', value), text).toBeNull();
        else expect(schemas.problem('ServerNotification', value), text).toBeNull();
      }
    }
    expect([...methods].sort()).toEqual(
      [
        ...['initialize', 'thread/start', 'thread/resume', 'thread/fork', 'thread/read', 'thread/list'],
        ...['thread/unsubscribe', 'turn/start', 'ERROR'],
        'account/rateLimits/updated',
        'item/agentMessage/delta',
        'item/completed',
        'item/started',
        'thread/goal/cleared',
        'thread/readState/changed',
        'thread/started',
        'thread/status/changed',
        'thread/tokenUsage/updated',
        'turn/completed',
        'turn/started',
        ...(version === '0.169.0' ? ['deprecationNotice'] : []),
      ].sort(),
    );
  });

  test('whatever a client may ask', { timeout: 60_000 }, async () => {
    expect(await resultProblems(schemas, '0.169.0')).toEqual([]);
  });
});
