import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { embeddedServer, TestClient } from '../server/test-client.ts';
import { describeRealCodex, runLifecycle, withAppServer } from '../support/real-codex.ts';
import { homeWith } from '../support/sample-home.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';

const samples = new URL('../../samples/', import.meta.url).pathname;
const input = [{ type: 'text', text: 'And the moon?', text_elements: [] }];
const AFTER_ONE_TURN = 5_320n;
const AFTER_TWO_TURNS = 12_299n;
const TURN = 1_050n;

/** Has the embedded server hold turns in a Codex home, and returns the ids of its threads. */
async function serve(version: string, home: string) {
  const [source] = await homeWith([join(samples, version, 'two-turns.jsonl')], home);
  const client = await TestClient.ready(embeddedServer(home, version));
  const turn = (threadId: string) => client.request('turn/start', { threadId, input });
  const fork = async (params: { threadId: string; lastTurnId?: string }) => {
    const answer = await client.request('thread/fork', params);
    return memberAt(answer, 'result', 'thread', 'id') as string;
  };
  const threadId = source?.threadId ?? '';
  const resumed = await client.request('thread/resume', { threadId });
  const [firstTurn] = memberAt(resumed, 'result', 'thread', 'turns') as JsonObject[];
  const lastTurnId = firstTurn?.id as string;
  const plain = await fork({ threadId });
  await turn(threadId);
  const grown = await fork({ threadId });
  await turn(grown);
  const forkOfFork = await fork({ threadId: grown });
  await turn(forkOfFork);
  const fresh = memberAt(
    await client.request('thread/start', { cwd: '/workspace' }),
    'result',
    'thread',
    'id',
  ) as string;
  await turn(fresh);
  // Versions before 0.144 do not know how to cut.
  const cut = version === '0.122.0' ? null : await fork({ threadId: forkOfFork, lastTurnId });
  return { threadId, plain, grown, forkOfFork, fresh, cut };
}

describeRealCodex('the app-server restores what the embedded server wrote', () => {
  test.each(['0.122.0', '0.144.6', '0.169.0'])('as Codex %s writes it', { timeout: 120_000 }, async (version) => {
    let threads: Awaited<ReturnType<typeof serve>> | undefined;
    const prepare = async (home: string) => {
      threads = await serve(version, home);
    };
    await withAppServer(prepare, async (server) => {
      if (!threads) return;
      const expected = [
        [threads.threadId, AFTER_TWO_TURNS + TURN, 3],
        [threads.plain, AFTER_TWO_TURNS, 2],
        [threads.grown, AFTER_TWO_TURNS + 2n * TURN, 4],
        [threads.forkOfFork, AFTER_TWO_TURNS + 3n * TURN, 5],
        [threads.fresh, TURN, 1],
        ...(threads.cut === null ? [] : ([[threads.cut, AFTER_ONE_TURN, 1]] as const)),
      ] as const;
      for (const [threadId, total, turns] of expected) {
        // 0.169 sends no usage of a forked paginated thread that it resumes cold, but when it rejoins it.
        await runLifecycle(server, 'thread/resume', threadId, { excludeTurns: true });
        const { usage, turns: seen } = await runLifecycle(server, 'thread/resume', threadId);
        expect(usage && threadTokenUsage(usage)?.total_token_usage.total_tokens, threadId).toBe(total);
        expect(
          seen.map(([, status]) => status),
          threadId,
        ).toEqual(Array(turns).fill('completed'));
      }
    });
  });
});
