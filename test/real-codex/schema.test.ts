import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, expect, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { homeOfSamples, sampleVersions } from '../server/sample-threads.ts';
import { embeddedServer, nameOf, TestClient } from '../server/test-client.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { describeRealCodex } from '../support/real-codex.ts';

/** Where the generated schemas say what a request is answered with. */
const responses: Readonly<Record<string, string>> = {
  initialize: 'v1/InitializeResponse',
  'thread/start': 'v2/ThreadStartResponse',
  'thread/resume': 'v2/ThreadResumeResponse',
  'thread/fork': 'v2/ThreadForkResponse',
  'thread/read': 'v2/ThreadReadResponse',
  'thread/list': 'v2/ThreadListResponse',
  'thread/unsubscribe': 'v2/ThreadUnsubscribeResponse',
  'turn/start': 'v2/TurnStartResponse',
};

/** Checks values against the schemas that the pinned Codex generates. */
class Schemas {
  readonly #folder = mkdtempSync(join(tmpdir(), 'codex-schemas-'));
  readonly #ajv = new Ajv({ strict: false, validateFormats: false });

  constructor() {
    const env = { CODEX_HOME: join(this.#folder, 'home'), HOME: this.#folder, PATH: process.env.PATH };
    mkdirSync(env.CODEX_HOME);
    const args = ['app-server', 'generate-json-schema', '--out', this.#folder];
    execFileSync(pinnedCodexBinary() ?? '', args, { env, stdio: 'ignore', timeout: 60_000 });
  }

  /** What is wrong with `value` as a `name`; null when nothing is. */
  problem(name: string, value: unknown): string | null {
    const validate = this.#ajv.getSchema(name) ?? this.#load(name);
    return validate(value) ? null : this.#ajv.errorsText(validate.errors);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #load(name: string) {
    this.#ajv.addSchema(JSON.parse(readFileSync(join(this.#folder, `${name}.json`), 'utf8')), name);
    const validate = this.#ajv.getSchema(name);
    if (!validate) throw new Error(`no schema ${name}`);
    return validate;
  }
}

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
  let schemas: Schemas;
  beforeAll(() => {
    schemas = new Schemas();
    return () => schemas.remove();
  }, 120_000);

  test.each(sampleVersions)('with the samples of %s', { timeout: 120_000 }, async (version) => {
    const methods = new Set<string>();
    for (const { method, messages } of await conversation(version)) {
      expect(messages.length, method).toBeGreaterThan(0);
      for (const message of messages) {
        const name = nameOf(message);
        methods.add(name === 'RESPONSE' ? method : name);
        // Through text, so that whole numbers are numbers.
        const value = JSON.parse(
          JSON.stringify(message, (_, each) => (typeof each === 'bigint' ? Number(each) : each)),
        );
        const text = JSON.stringify(value).slice(0, 400);
        if (name === 'RESPONSE') expect(schemas.problem(responses[method] ?? '', value.result), text).toBeNull();
        else if (name === 'ERROR') expect(schemas.problem('JSONRPCError', value), text).toBeNull();
        else expect(schemas.problem('ServerNotification', value), text).toBeNull();
      }
    }
    expect([...methods].sort()).toEqual(
      [
        ...Object.keys(responses),
        'ERROR',
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
});
