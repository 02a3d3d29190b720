import { join } from 'node:path';
import { expect, test } from 'vitest';
import { supportedVersion } from '../../src/codex/version.ts';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { EmbeddedServer } from '../../src/server/embedded-server.ts';
import { readScript } from '../../src/server/turns/turn-script.ts';
import { TestClient } from '../server/test-client.ts';
import type { AppServer, WireObject } from '../support/app-server.ts';
import { installableVersions, installCodexVersions } from '../support/codex-installations.ts';
import { plainNumbers } from '../support/plain-numbers.ts';
import { describeRealCodex, withAppServer } from '../support/real-codex.ts';
import { homeWith } from '../support/sample-home.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';
import { fetchedVersions } from './fetched-versions.ts';

const isWhole = process.env.ROLLOUT_INSPECT_ALL === '1';

/** Before, Codex numbered the turns that it resumed, whatever their rollouts call them. */
const namesTurns = (version: string) => Number(version.split('.')[1]) >= 104;

/**
 * The versions that are fetched for the other tests of this folder; `ROLLOUT_INSPECT_VERSIONS=0.145.0,0.147.0` names others, and
 * with `ROLLOUT_INSPECT_ALL=1` it is every release, fetched one by one.
 */
const versions =
  process.env.ROLLOUT_INSPECT_VERSIONS?.split(',') ??
  (isWhole ? installableVersions.filter(namesTurns) : [...fetchedVersions, '0.169.0']);

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

/** What a server says of a thread that it resumes: what it is called, its total, and its turns with all that stands in them. */
interface Said {
  readonly threadId: string;
  readonly preview: unknown;
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
  await client.request('review/start', { threadId: compacted, target: { type: 'custom', instructions: 'Well?' } });
  await client.request('thread/shellCommand', { threadId: compacted, command: 'ls' });
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
    const { preview, turns } = memberAt(plainNumbers(answer), 'result', 'thread') as WireObject;
    const total = memberAt(usage, 'tokenUsage', 'total', 'totalTokens');
    said.push({ threadId, preview, total: total === undefined ? null : BigInt(total as number), turns: turns as [] });
  }
  await later.close();
  return said;
}

/** What a real server says of a thread that it resumes for the second time. `isTold`: whether it is to tell the usage. */
async function resumed(server: AppServer, threadId: string, isTold: boolean): Promise<Said> {
  await server.request('thread/resume', { threadId, excludeTurns: true });
  const from = server.notifications.length;
  const { thread } = await server.request<{ thread: { preview: string; turns: WireObject[] } }>('thread/resume', {
    threadId,
  });
  const isOfThread = (params: WireObject) => params.threadId === threadId;
  if (isTold) await server.waitFor('thread/tokenUsage/updated', 10_000, isOfThread, from);
  else await server.request('thread/loaded/list', {});
  const told = server.notifications.slice(from).find(({ method }) => method === 'thread/tokenUsage/updated');
  const total = (told && threadTokenUsage(told.raw)?.total_token_usage.total_tokens) ?? null;
  return { threadId, preview: thread.preview, total, turns: thread.turns };
}

describeRealCodex('what the embedded server wrote, a real one resumes as it says', () => {
  test.each(versions)('as Codex %s', { timeout: 600_000 }, async (version) => {
    const installed = await installCodexVersions([version]);
    let said: Said[] = [];
    const prepare = async (home: string) => {
      said = await serve(version, home);
    };
    const use = async (server: AppServer) => {
      const heard: Said[] = [];
      for (const { threadId, total } of said) heard.push(await resumed(server, threadId, total !== null));
      expect(heard).toEqual(said);
    };
    await withAppServer(prepare, use, installed.binary(version)).finally(installed.remove);
  });
});
