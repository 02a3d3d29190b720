import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { restoreUsage } from '../../src/index.ts';
import { type JsonObject, type JsonValue, memberAt } from '../../src/json/json-value.ts';
import { oneIn } from '../support/random-sample.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { zstdOf } from '../support/zstd.ts';
import { homeOfSamples, sampleVersions } from './sample-threads.ts';
import { embeddedServer, nameOf, TestClient } from './test-client.ts';

const USAGE = 'thread/tokenUsage/updated';
const input = [{ type: 'text', text: 'And the moon?', text_elements: [] }];

/** `totalTokens` of the usage among these messages. */
function totalIn(messages: readonly JsonObject[]): JsonValue | undefined {
  return memberAt(
    messages.find(({ method }) => method === USAGE) ?? null,
    'params',
    'tokenUsage',
    'total',
    'totalTokens',
  );
}

function threadIn(messages: readonly JsonObject[]): JsonObject {
  const response = messages.find((message) => nameOf(message) === 'RESPONSE') ?? null;
  return memberAt(response, 'result', 'thread') as JsonObject;
}

/** What is sent while a turn goes on, as Codex 0.144.6 and 0.169.0 send it. */
const turnOf = (version: string) => [
  'thread/status/changed',
  'turn/started',
  ...['item/started', 'item/completed'],
  ...['item/started', 'item/agentMessage/delta', 'item/completed'],
  USAGE,
  'account/rateLimits/updated',
  ...(version === '0.169.0' ? ['thread/readState/changed'] : []),
  'thread/status/changed',
  'turn/completed',
];

describe.each(sampleVersions)('turns on an embedded %s', (version) => {
  test('a turn goes on from the restored totals, and a new server restores what it reached', async () => {
    const { codexHome, of } = await homeOfSamples(version, 'two-turns');
    const { threadId, path } = of('two-turns');
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    await client.request('thread/resume', { threadId });
    const turn = await client.streamOf('turn/start', { threadId, input });
    expect(turn.map(nameOf)).toEqual(['RESPONSE', ...turnOf(version)]);
    expect(totalIn(turn)).toBe(12_299 + 1_050);
    const turnId = memberAt(turn[0] ?? null, 'result', 'turn', 'id');
    const named = turn.filter((each) => /^(?:turn|item)\/|tokenUsage/.test(nameOf(each)));
    const ids = named.map((each) => memberAt(each, 'params', 'turnId') ?? memberAt(each, 'params', 'turn', 'id'));
    expect(new Set(ids)).toEqual(new Set([turnId]));
    const answered = version === '0.169.0' ? [{ type: 'agentMessage' }] : [];
    expect(memberAt(turn.at(-1) ?? null, 'params', 'turn', 'items')).toMatchObject(answered);

    const again = await client.streamOf('thread/resume', { threadId });
    expect(totalIn(again)).toBe(12_299 + 1_050);
    const later = await TestClient.ready(embeddedServer(codexHome, version));
    const resumed = await later.streamOf('thread/resume', { threadId });
    expect(totalIn(resumed)).toBe(12_299 + 1_050);
    expect(memberAt(resumed.find(({ method }) => method === USAGE) ?? null, 'params', 'turnId')).toBe(turnId);
    expect((threadIn(resumed).turns as JsonValue[]).map((each) => memberAt(each, 'status'))).toEqual(
      Array(3).fill('completed'),
    );
    const { tokenUsageInfo, notices } = await restoreUsage(path, { emulate: version });
    expect(tokenUsageInfo?.total_token_usage.total_tokens).toBe(13_349n);
    expect(notices).toEqual([]);
  });

  test('a turn is written to a rollout whose last line was not ended, and ordinals go on', async () => {
    const { codexHome, of } = await homeOfSamples(version, 'two-turns');
    const { threadId, path } = of('two-turns');
    truncateSync(path, statSync(path).size - 1);
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    await client.request('thread/resume', { threadId });
    await client.request('turn/start', { threadId, input });
    const lines = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const first = lines.findLastIndex(({ payload }) => payload.type === 'task_started');
    expect(
      lines
        .slice(first)
        .map(({ type, payload }) => payload.type ?? type)
        .at(-1),
    ).toBe('task_complete');
    const isPaginated = lines[0].payload.history_mode === 'paginated';
    expect(lines.map(({ ordinal }) => ordinal)).toEqual(lines.map((_, i) => (isPaginated ? i : undefined)));
  });

  test('only attached connections see a turn', async () => {
    const { codexHome, of } = await homeOfSamples(version, 'two-turns');
    const { threadId } = of('two-turns');
    const server = embeddedServer(codexHome, version);
    const [attached, left, never] = [
      await TestClient.ready(server),
      await TestClient.ready(server),
      await TestClient.ready(server),
    ];
    await attached.request('thread/resume', { threadId });
    await left.request('thread/resume', { threadId });
    expect(await left.request('thread/unsubscribe', { threadId })).toMatchObject({
      result: { status: 'unsubscribed' },
    });
    expect(await left.request('thread/unsubscribe', { threadId })).toMatchObject({
      result: { status: 'notSubscribed' },
    });
    for (const client of [attached, left, never]) client.forget();
    await never.request('turn/start', { threadId, input });
    for (const client of [attached, left, never]) await client.settle();
    expect(attached.stream.slice(0, -1)).toEqual(turnOf(version));
    // Whether a thread is at work everyone is told.
    const status = ['thread/status/changed', 'thread/status/changed'];
    expect(left.stream.slice(0, -1)).toEqual(status);
    expect(never.stream.slice(0, -1)).toEqual(['RESPONSE', ...status]);
  });

  test('a fork has the usage of its source, goes on by itself, and is restored by a new server', async () => {
    const { codexHome, of } = await homeOfSamples(version, 'two-turns');
    const source = of('two-turns');
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    const fork = threadIn(await client.streamOf('thread/fork', { threadId: source.threadId }));
    expect(fork.forkedFromId).toBe(source.threadId);
    const turn = await client.streamOf('turn/start', { threadId: fork.id as string, input });
    expect(totalIn(turn)).toBe(12_299 + 1_050);

    const later = await TestClient.ready(embeddedServer(codexHome, version));
    const threadId = fork.id as string;
    await later.request('thread/resume', { threadId, excludeTurns: true });
    const rejoined = await later.streamOf('thread/resume', { threadId });
    expect(totalIn(rejoined)).toBe(12_299 + 1_050);
    expect(threadIn(rejoined).turns).toHaveLength(3);
    const untouched = await later.streamOf('thread/resume', { threadId: source.threadId });
    expect(totalIn(untouched)).toBe(12_299);
    const forkOfFork = await later.streamOf('thread/fork', { threadId });
    expect(totalIn(forkOfFork)).toBe(12_299 + 1_050);
    expect(threadIn(forkOfFork).turns).toHaveLength(3);
  });

  test('a new thread begins from nothing; its rollout comes with its first turn', async () => {
    const codexHome = temporaryFolder();
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    const started = await client.streamOf('thread/start', { cwd: '/workspace' });
    expect(started.map(nameOf)).toEqual(['RESPONSE', 'thread/started']);
    const { id, path } = threadIn(started);
    expect(existsSync(path as string)).toBe(false);
    await client.streamOf('turn/start', { threadId: id as string, input });
    expect(totalIn(await client.streamOf('turn/start', { threadId: id as string, input }))).toBe(2_100);
    const later = await TestClient.ready(embeddedServer(codexHome, version));
    const resumed = await later.streamOf('thread/resume', { threadId: id as string });
    expect(totalIn(resumed)).toBe(2_100);
    expect(threadIn(resumed)).toMatchObject({ id, path, cwd: '/workspace', cliVersion: version });
  });

  test('threads without a trace leave none', async () => {
    const { codexHome, of } = await homeOfSamples(version, 'two-turns');
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    const params = { threadId: of('two-turns').threadId, ephemeral: true };
    const refused = await client.streamOf('thread/fork', params);
    const isRefused = version === '0.169.0';
    expect(refused.map(nameOf).includes('ERROR')).toBe(isRefused);
    const forked = await client.streamOf('thread/fork', { ...params, excludeTurns: true });
    expect(threadIn(forked)).toMatchObject({ path: null, ephemeral: true });
    const turn = await client.streamOf('turn/start', { threadId: threadIn(forked).id as string, input });
    expect(totalIn(turn)).toBe(12_299 + 1_050);
    const listed = await client.request('thread/list', {});
    expect(memberAt(listed, 'result', 'data')).toHaveLength(1);
  });
});

test('a compressed rollout is unpacked before it is written to', async () => {
  const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
  const { threadId, path } = of('two-turns');
  writeFileSync(`${path}.zst`, zstdOf(readFileSync(path)));
  rmSync(path);
  const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
  const resumed = await client.streamOf('thread/resume', { threadId });
  expect(threadIn(resumed).path).toBe(path);
  await client.request('turn/start', { threadId, input });
  expect(totalIn(await client.streamOf('thread/resume', { threadId }))).toBe(13_349);
  expect(existsSync(`${path}.zst`)).toBe(false);
});

describe.each(sampleVersions)('forks of all samples on an embedded %s', (version) => {
  // What a newer version wrote is not for an older one to fork: it does not know `history_base`.
  test.each(sampleVersions.filter((era) => era <= version))(
    'of %s are read back as they were answered',
    async (era) => {
      const { codexHome, threads } = await homeOfSamples(era);
      const client = await TestClient.ready(embeddedServer(codexHome, version));
      // What another version wrote every other sample shows.
      const step = oneIn(era === version ? 1 : 2);
      for (const { threadId, name } of threads.filter((_, i) => i % step === 0)) {
        const forked = await client.streamOf('thread/fork', { threadId });
        if (forked.map(nameOf).includes('ERROR')) continue;
        const later = await TestClient.ready(embeddedServer(codexHome, version));
        await later.request('thread/resume', { threadId: threadIn(forked).id as string });
        const rejoined = await later.streamOf('thread/resume', { threadId: threadIn(forked).id as string });
        expect(totalIn(rejoined), name).toBe(totalIn(forked));
        expect(threadIn(rejoined).turns, name).toEqual(threadIn(forked).turns);
      }
    },
  );
});

describe('forks that are cut', () => {
  test.each(['0.144.6', '0.169.0'])('on an embedded %s hold what was asked for', async (version) => {
    const { codexHome, of } = await homeOfSamples(version, 'fork-parent', 'fork-with-turn');
    const { threadId } = of('fork-with-turn');
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    const read = await client.request('thread/read', { threadId, includeTurns: true });
    const turns = (memberAt(read, 'result', 'thread', 'turns') as JsonObject[]).map(({ id }) => id as string);
    expect(turns).toHaveLength(3);
    const [first = '', second = '', third = ''] = turns;
    const cuts = [
      [{ lastTurnId: first }, [first], 16_867],
      [{ lastTurnId: second }, [first, second], 35_579],
      [{ lastTurnId: third }, turns, 55_119],
      ...(version === '0.169.0'
        ? ([
            [{ beforeTurnId: third }, [first, second], 35_579],
            [{ beforeTurnId: first }, [], undefined],
          ] as const)
        : []),
    ] as const;
    for (const [cut, left, total] of cuts) {
      const forked = await client.streamOf('thread/fork', { threadId, ...cut });
      const id = threadIn(forked).id as string;
      expect(totalIn(forked), JSON.stringify(cut)).toBe(total);
      const later = await TestClient.ready(embeddedServer(codexHome, version));
      await later.request('thread/resume', { threadId: id });
      const rejoined = await later.streamOf('thread/resume', { threadId: id });
      expect((threadIn(rejoined).turns as JsonObject[]).map((turn) => turn.id)).toEqual(left);
      expect(totalIn(rejoined), JSON.stringify(cut)).toBe(total);
    }
  });

  test.each(sampleVersions)('a fork of a thread with an open turn on %s ends it', async (version) => {
    const { codexHome, of } = await homeOfSamples(version, 'two-turns');
    const { threadId, path } = of('two-turns');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    writeFileSync(path, `${lines.slice(0, -3).join('\n')}\n`);
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    const forked = await client.streamOf('thread/fork', { threadId });
    const statuses = (messages: JsonObject[]) => (threadIn(messages).turns as JsonObject[]).map(({ status }) => status);
    expect(statuses(forked)).toEqual(['completed', 'interrupted']);
    const later = await TestClient.ready(embeddedServer(codexHome, version));
    const resumed = await later.streamOf('thread/resume', { threadId: threadIn(forked).id as string });
    expect(statuses(resumed)).toEqual(['completed', 'interrupted']);
    const written = readFileSync(threadIn(forked).path as string, 'utf8')
      .trimEnd()
      .split('\n');
    const aborted = written.map((line) => JSON.parse(line).payload).find(({ type }) => type === 'turn_aborted');
    expect(aborted).toMatchObject({ reason: 'interrupted' });
  });
});
