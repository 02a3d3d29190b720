import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { zstdOf } from '../support/zstd.ts';
import { homeOfSamples } from './sample-threads.ts';
import { embeddedServer, nameOf, TestClient } from './test-client.ts';

const input = [{ type: 'text', text: 'And the moon?', text_elements: [] }];
const refusal = (path: string) => ({
  code: -32600,
  message: `\`${path}\` is outside the Codex home: nothing is written there`,
});

function totalIn(messages: readonly JsonObject[]) {
  const usage = messages.find(({ method }) => method === 'thread/tokenUsage/updated') ?? null;
  return memberAt(usage, 'params', 'tokenUsage', 'total', 'totalTokens');
}

/** A rollout that stands elsewhere, and a home without it. */
async function rolloutElsewhere() {
  const { of } = await homeOfSamples('0.122.0', 'two-turns');
  const { threadId, path } = of('two-turns');
  const codexHome = temporaryFolder();
  return { codexHome, threadId, path, content: readFileSync(path, 'utf8') };
}

describe('a rollout outside the home', () => {
  test.each(['0.122.0', '0.144.6', '0.169.0'])('is resumed on %s, but not written to', async (version) => {
    const { codexHome, threadId, path, content } = await rolloutElsewhere();
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    expect(totalIn(await client.streamOf('thread/resume', { threadId, path }))).toBe(12_299);
    for (let i = 0; i < 2; i++)
      expect(memberAt(await client.request('turn/start', { threadId, input }), 'error')).toEqual(refusal(path));
    expect(totalIn(await client.streamOf('thread/resume', { threadId, path }))).toBe(12_299);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test('is not written to by a fault either', async () => {
    const { codexHome, threadId, path, content } = await rolloutElsewhere();
    const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0', 'persist-usage'));
    expect(totalIn(await client.streamOf('thread/resume', { threadId, path }))).toBe(12_299);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test('is forked into the home', async () => {
    const { codexHome, threadId, path, content } = await rolloutElsewhere();
    const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    const forked = memberAt(await client.request('thread/fork', { threadId, path }), 'result', 'thread') as JsonObject;
    expect(forked.path).toContain(join(codexHome, 'sessions'));
    expect(nameOf(await client.request('turn/start', { threadId: forked.id as string, input }))).toBe('RESPONSE');
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test('stays compressed', async () => {
    const { codexHome, threadId, path, content } = await rolloutElsewhere();
    const packed = `${path}.zst`;
    writeFileSync(packed, zstdOf(Buffer.from(content)));
    rmSync(path);
    const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    expect(totalIn(await client.streamOf('thread/resume', { threadId, path: packed }))).toBe(12_299);
    expect(memberAt(await client.request('turn/start', { threadId, input }), 'error')).toEqual(refusal(packed));
    expect([existsSync(packed), existsSync(path)]).toEqual([true, false]);
  });
});

describe.skipIf(process.platform === 'win32')('links', () => {
  test('out of the home lead outside', async () => {
    const { codexHome, threadId, path, content } = await rolloutElsewhere();
    const link = join(codexHome, 'link.jsonl');
    symlinkSync(path, link);
    const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    expect(totalIn(await client.streamOf('thread/resume', { threadId, path: link }))).toBe(12_299);
    expect(memberAt(await client.request('turn/start', { threadId, input }), 'error')).toEqual(refusal(path));
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test('into the home lead inside, and so does the home by another name', async () => {
    const { codexHome, of } = await homeOfSamples('0.122.0', 'two-turns');
    const { threadId, path } = of('two-turns');
    const elsewhere = temporaryFolder();
    symlinkSync(codexHome, join(elsewhere, 'home'));
    symlinkSync(path, join(elsewhere, 'link.jsonl'));
    const client = await TestClient.ready(embeddedServer(join(elsewhere, 'home'), '0.169.0'));
    await client.request('thread/resume', { threadId, path: join(elsewhere, 'link.jsonl') });
    expect(nameOf(await client.request('turn/start', { threadId, input }))).toBe('RESPONSE');
  });

  test('for sessions keep everything from being written', async () => {
    const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
    const { threadId, path } = of('two-turns');
    const content = readFileSync(path, 'utf8');
    const real = join(temporaryFolder(), 'real');
    renameSync(join(codexHome, 'sessions'), real);
    symlinkSync(real, join(codexHome, 'sessions'));
    const before = readdirSync(real, { recursive: true });
    const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    await client.request('thread/resume', { threadId });
    const started = memberAt(await client.request('thread/start', {}), 'result', 'thread', 'id') as string;
    for (const [method, params] of [
      ['turn/start', { threadId, input }],
      ['turn/start', { threadId: started, input }],
      ['thread/fork', { threadId }],
    ] as const) {
      const message = expect.stringContaining('is outside the Codex home: nothing is written there');
      expect(memberAt(await client.request(method, params), 'error')).toEqual({ code: -32600, message });
    }
    expect(readdirSync(real, { recursive: true })).toEqual(before);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });
});

test('a folder beside the home that begins like it is outside', async () => {
  const parent = temporaryFolder();
  const { threadId, path, content } = await rolloutElsewhere();
  for (const name of ['home', 'home-2']) mkdirSync(join(parent, name));
  const beside = join(parent, 'home-2', 'rollout.jsonl');
  copyFileSync(path, beside);
  const client = await TestClient.ready(embeddedServer(join(parent, 'home'), '0.169.0'));
  await client.request('thread/resume', { threadId, path: beside });
  expect(memberAt(await client.request('turn/start', { threadId, input }), 'error')).toEqual(refusal(beside));
  expect(readFileSync(beside, 'utf8')).toBe(content);
});
