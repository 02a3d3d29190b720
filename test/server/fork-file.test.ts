import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memberAt } from '../../src/json/json-value.ts';
import { homeOfSamples } from './sample-threads.ts';
import { embeddedServer, TestClient } from './test-client.ts';

interface Line {
  timestamp: string;
  ordinal?: number;
  type: string;
  payload: Record<string, unknown>;
}

/** The lines of a fork that this server writes, and those of the fork of the same thread that Codex wrote. */
async function bothForks(version: string) {
  const { codexHome, of } = await homeOfSamples(version, 'fork-parent', 'fork');
  const client = await TestClient.ready(embeddedServer(codexHome, version));
  const answer = await client.request('thread/fork', { threadId: of('fork-parent').threadId });
  const lines = (path: string): Line[] =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { ours: lines(memberAt(answer, 'result', 'thread', 'path') as string), codexs: lines(of('fork').path) };
}

/** What a session_meta says, but for what is new in each. */
function lasting({ payload }: Line) {
  const { id, session_id, timestamp, context_window, multi_agent_version, ...rest } = payload;
  return { ...rest, hasSessionId: session_id === id };
}

test.each(['0.122.0', '0.144.6'])('a legacy fork as %s writes it is what Codex wrote', async (version) => {
  const { ours, codexs } = await bothForks(version);
  const [head, ...copied] = ours;
  const [codexHead, ...codexCopied] = codexs;
  expect(copied.map(({ type, payload }) => ({ type, payload }))).toEqual(
    codexCopied.map(({ type, payload }) => ({ type, payload })),
  );
  expect(head && lasting(head)).toEqual(codexHead && lasting(codexHead));
  expect(new Set(copied.map(({ timestamp }) => timestamp)).size, 'stamped anew').toBe(1);
});

test('a paginated fork refers to the same part of its source', async () => {
  const { ours, codexs } = await bothForks('0.169.0');
  const places = (records: typeof ours) => records.map(({ ordinal, type, payload }) => [ordinal, type, payload.type]);
  expect(places(ours)).toEqual(places(codexs));
  expect(ours[0] && lasting(ours[0])).toEqual(codexs[0] && lasting(codexs[0]));
});
