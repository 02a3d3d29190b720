import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { supportedVersion } from '../../src/codex/version.ts';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { versionOutcome } from '../../src/lifecycle/deviations.ts';
import type { HistoryFacts } from '../../src/lifecycle/facts.ts';
import { factsFor } from '../support/facts.ts';
import { oneIn } from '../support/random-sample.ts';
import { homeOfSamples, sampleVersions } from './sample-threads.ts';
import { embeddedServer, nameOf, TestClient } from './test-client.ts';

const combinations = sampleVersions.flatMap((era) => sampleVersions.map((version) => [era, version] as const));
const usageMethod = 'thread/tokenUsage/updated';

/** What is compared of an answered lifecycle. */
function seen(messages: readonly JsonObject[]) {
  const usage = messages.find(({ method }) => method === usageMethod);
  const response = messages.find((message) => nameOf(message) === 'RESPONSE') ?? null;
  const turns = memberAt(response ?? null, 'result', 'thread', 'turns');
  return {
    stream: messages.map(nameOf),
    error: memberAt(messages.find((message) => nameOf(message) === 'ERROR') ?? null, 'error') ?? null,
    turnId: memberAt(usage ?? null, 'params', 'turnId') ?? null,
    tokenUsage: written(memberAt(usage ?? null, 'params', 'tokenUsage') ?? null),
    turns: (Array.isArray(turns) ? turns : []).map((turn) => [memberAt(turn, 'id'), memberAt(turn, 'status')]),
  };
}

/** With its digits for every number, whether it is a `bigint` or not. */
function written(value: unknown): unknown {
  const digits = (each: unknown) => (typeof each === 'bigint' || typeof each === 'number' ? String(each) : each);
  return JSON.parse(JSON.stringify(value, (_, each) => digits(each)));
}

/**
 * All samples are asked about on the version that wrote them, on another one every other sample, and of what leaves the turns
 * out every third.
 */
const stepOf = (isOwn: boolean, { excludeTurns }: { excludeTurns: boolean }) => oneIn(excludeTurns ? 3 : isOwn ? 1 : 2);

/** In this order: what a fork leaves behind is no part of what the others find. */
const requests = (['resume', 'rejoin', 'fork'] as const).flatMap(
  (lifecycle) =>
    [
      [lifecycle, { excludeTurns: false }],
      [lifecycle, { excludeTurns: true }],
    ] as const,
);

test.each(combinations)(
  'samples of %s on an embedded %s are resumed, rejoined and forked as the model says',
  async (era, version) => {
    const { codexHome, threads } = await homeOfSamples(era);
    const emulated = supportedVersion(version);
    const facts = await Promise.all(threads.map(({ path }) => factsFor(path, emulated, codexHome)));
    for (const [lifecycle, params] of era === version
      ? requests
      : requests.filter(([, { excludeTurns }]) => !excludeTurns)) {
      const client = await TestClient.ready(embeddedServer(codexHome, version));
      const step = stepOf(era === version, params);
      for (const [i, { threadId, path }] of threads.entries()) {
        if (i % step !== 0) continue;
        const expected = versionOutcome(facts[i] as HistoryFacts, lifecycle, emulated, params);
        const method = lifecycle === 'fork' ? 'thread/fork' : 'thread/resume';
        if (lifecycle === 'rejoin') await client.request('thread/resume', { threadId });
        const got = seen(await client.streamOf(method, { threadId, ...params }));
        expect(got, `${lifecycle} ${JSON.stringify(params)} of ${path}`).toEqual({
          stream: expected.messages,
          error: expected.error,
          turnId: expected.usage?.turnId ?? null,
          tokenUsage: written(expected.usage?.tokenUsage ?? null),
          turns: expected.turns.map(({ id, status }) => [id, status]),
        });
      }
    }
  },
);

describe.each(sampleVersions)('samples of %s on the version that wrote them', (version) => {
  test('resume, rejoin and fork leave the rollout as it is', async () => {
    const { codexHome, threads } = await homeOfSamples(version);
    const client = await TestClient.ready(embeddedServer(codexHome, version));
    for (const { threadId, path } of threads) {
      const before = readFileSync(path);
      await client.request('thread/resume', { threadId });
      await client.request('thread/resume', { threadId });
      await client.request('thread/fork', { threadId });
      expect(readFileSync(path).equals(before), path).toBe(true);
    }
  });

  test('another connection is told of the thread, and never its usage', async () => {
    const { codexHome, threads } = await homeOfSamples(version);
    const server = embeddedServer(codexHome, version);
    const client = await TestClient.ready(server);
    const other = await TestClient.ready(server);
    const stranger = new TestClient(server);
    for (const { threadId } of threads) {
      for (const method of ['thread/resume', 'thread/resume', 'thread/fork']) {
        const own = (await client.streamOf(method, { threadId })).map(nameOf);
        await other.settle();
        const told = other.stream.slice(0, -1);
        const forEveryone = ['thread/status/changed', 'thread/goal/cleared', 'thread/started'];
        expect(told).toEqual(own.filter((name) => forEveryone.includes(name)));
        other.forget();
      }
    }
    expect(stranger.texts).toEqual([]);
  });
});
