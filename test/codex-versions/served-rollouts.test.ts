import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { supportedVersion } from '../../src/codex/version.ts';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { EmbeddedServer } from '../../src/server/embedded-server.ts';
import { readScript } from '../../src/server/turns/turn-script.ts';
import { TestClient } from '../server/test-client.ts';
import type { AppServer, WireObject } from '../support/app-server.ts';
import { type CodexInstallations, installCodexVersions } from '../support/codex-installations.ts';
import { describeRealCodex, withAppServer } from '../support/real-codex.ts';
import { homeWith } from '../support/sample-home.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';

const versions = ['0.122.0', '0.136.0', '0.144.6', '0.157.1', '0.160.0', '0.164.0', '0.169.0'];
const samples = new URL('../../samples/', import.meta.url).pathname;
const input = [{ type: 'text', text: 'Tidy up.', text_elements: [] }];
const script = {
  turns: [
    {
      steps: [{ think: 'Where?' }, { run: 'ls', output: 'a\n' }, { write: 'a', content: 'b\n' }, { say: 'Done.' }],
      usage: { input: 700, output: 30 },
    },
    { steps: [{ fail: 'no more' }] },
  ],
};

/** What a server says of a thread that it resumes: the total, and the status of each turn. */
interface Said {
  readonly threadId: string;
  readonly total: bigint | null;
  readonly turns: readonly unknown[];
}

/** Has the embedded server do all that it can to the threads of a home, and says what it would resume. */
async function serve(version: string, home: string): Promise<Said[]> {
  const name = Number(version.split('.')[1]) < 150 ? '0.144.6' : '0.169.0';
  const [sample] = await homeWith([join(samples, name, 'two-turns.jsonl')], home);
  const server = new EmbeddedServer({
    codexHome: home,
    version: supportedVersion(version),
    faults: [],
    script: readScript(Buffer.from(JSON.stringify(script))),
  });
  const client = await TestClient.ready(server);
  const turn = async (threadId: string) => {
    client.forget();
    await client.request('turn/start', { threadId, input });
    await client.until(({ method }) => method === 'turn/completed');
  };
  const idOf = (answer: JsonObject) => String(memberAt(answer, 'result', 'thread', 'id'));
  const scripted = sample?.threadId ?? '';
  await client.request('thread/resume', { threadId: scripted });
  await turn(scripted);
  const failed = idOf(await client.request('thread/start', { cwd: '/workspace', modelProvider: 'mock' }));
  await turn(failed);
  await turn(failed);
  const compacted = idOf(await client.request('thread/fork', { threadId: scripted }));
  await client.request('thread/compact/start', { threadId: compacted });
  await turn(compacted);
  await client.request('thread/name/set', { threadId: failed, name: 'moon' });
  await client.request('thread/archive', { threadId: failed });
  await client.request('thread/unarchive', { threadId: failed });
  await server.close();
  const later = await TestClient.ready(
    new EmbeddedServer({ codexHome: home, version: supportedVersion(version), faults: [] }),
  );
  const said: Said[] = [];
  for (const threadId of [scripted, failed, compacted]) {
    await later.request('thread/resume', { threadId, excludeTurns: true });
    later.forget();
    const answer = await later.request('thread/resume', { threadId });
    await later.settle();
    const [usage] = later.params('thread/tokenUsage/updated');
    const turns = (memberAt(answer, 'result', 'thread', 'turns') ?? []) as JsonObject[];
    const total = memberAt(usage, 'tokenUsage', 'total', 'totalTokens');
    said.push({
      threadId,
      total: total === undefined ? null : BigInt(total as number),
      turns: turns.map(({ id, status }) => [id, status]),
    });
  }
  await later.close();
  return said;
}

/** What a real server says of a thread that it resumes for the second time. */
async function resumed(server: AppServer, threadId: string): Promise<Said> {
  await server.request('thread/resume', { threadId, excludeTurns: true });
  const from = server.notifications.length;
  const { thread } = await server.request<{ thread: { turns: WireObject[] } }>('thread/resume', { threadId });
  const isOfThread = (params: WireObject) => params.threadId === threadId;
  const { raw } = await server.waitFor('thread/tokenUsage/updated', 10_000, isOfThread, from);
  const total = threadTokenUsage(raw)?.total_token_usage.total_tokens ?? null;
  return { threadId, total, turns: thread.turns.map(({ id, status }) => [id, status]) };
}

describeRealCodex('what the embedded server wrote, a real one resumes as it says', () => {
  let installed: CodexInstallations;
  beforeAll(async () => {
    installed = await installCodexVersions(versions);
  }, 600_000);
  afterAll(() => installed.remove());

  test.each(versions)('as Codex %s', { timeout: 120_000 }, async (version) => {
    let said: Said[] = [];
    const prepare = async (home: string) => {
      said = await serve(version, home);
    };
    await withAppServer(
      prepare,
      async (server) => {
        const heard: Said[] = [];
        for (const { threadId } of said) heard.push(await resumed(server, threadId));
        expect(heard).toEqual(said);
      },
      installed.binary(version),
    );
  });
});
