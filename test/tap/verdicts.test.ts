import { expect, test } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import { newestCodex } from '../../src/codex/version.ts';
import { EmbeddedServer } from '../../src/server/embedded-server.ts';
import { faultNames, parseFault } from '../../src/server/faults/fault.ts';
import { LifecycleJudge } from '../../src/tap/judge/lifecycle-judge.ts';
import type { LifecycleVerdict } from '../../src/tap/judge/lifecycle-verdict.ts';
import { inProcessChannels } from '../../src/wire/in-process-channel.ts';
import { Transcript, type TranscriptEntry } from '../../src/wire/transcript.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { homeWith } from '../support/sample-home.ts';

type Method = 'thread/resume' | 'thread/fork';

const clientInfo = { name: 'test', title: null, version: '1' };
const capabilities = { experimentalApi: true };

/**
 * A server of ours in a new home, with one client that does `use`, and another that only listens; how all of
 * it is judged: at once, or `isLate` after all of it; `isCut`: it was the tap that ended the connection.
 */
async function judged(
  sample: string,
  faults: readonly string[],
  use: (client: Connection, threadId: string) => Promise<void>,
  { isLate = false, isCut = false } = {},
): Promise<string[]> {
  const codexHome = temporaryFolder();
  const placed = await homeWith(
    ['fork-parent', sample].map((name) => `samples/0.169.0/${name}.jsonl`),
    codexHome,
  );
  const server = new EmbeddedServer({ codexHome, version: newestCodex, faults: faults.map(parseFault) });
  const startedAt = Date.now();
  const transcript = new Transcript();
  const verdicts = new Map<number, LifecycleVerdict>();
  const judge = new LifecycleJudge({
    // The server says which home is its own.
    codexHome: temporaryFolder(),
    startedAt,
    onVerdict: (verdict) => verdicts.set(verdict.watched.request.seq, verdict),
    onKnowledge: () => {},
    onServer: () => {},
  });
  // A tap knows of a message what stands in it, and no more.
  const waiting: TranscriptEntry[] = [];
  transcript.listen(({ problem, ...entry }) => {
    const told = typeof entry.message === 'string' && problem !== undefined ? { ...entry, problem } : entry;
    if (isLate) waiting.push(told);
    else judge.add(told);
  });
  const connect = async (name: string) => {
    const [ours, theirs] = inProcessChannels();
    void server.accept(theirs);
    const connection = new Connection(ours, name, transcript);
    await connection.initialize({ clientInfo, capabilities }, 5_000);
    return connection;
  };
  const [listener, client] = [await connect('c2'), await connect('c1')];
  await use(client, placed[1]?.threadId ?? '');
  await client.close();
  for (const told of waiting) judge.add(told);
  if (isCut) judge.cut('c1');
  judge.closed('c1');
  await judge.end();
  await listener.close();
  await server.close();
  return [...verdicts.values()].map(({ watched, judged: by }) => {
    if ('unknown' in by) return by.unknown;
    const failed = by.judgement.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
    return [watched.lifecycle, by.judgement.verdict, ...failed].join(' ');
  });
}

/** Asks for a lifecycle and then, until that is answered, for something else. */
async function ask(client: Connection, method: Method, threadId: string, waitMs = 10_000): Promise<void> {
  await client.request(method, { threadId }, waitMs).catch(() => {});
  await client.request('thread/loaded/list', {}, 10_000).catch(() => {});
}

/** The check that names a fault; where none does, the fault breaks no promise. */
const named: Readonly<Record<string, string>> = {
  'omit-usage': 'usage-present',
  'usage-before-response': 'usage-after-response',
  'duplicate-usage': 'usage-once',
  'broadcast-usage': 'usage-targeted',
  'wrong-turn': 'usage-turn',
  'wrong-thread': 'usage-thread',
  'total-only': 'usage-values',
  'stale-usage': 'usage-values',
  'rounded-usage': 'usage-values',
  'persist-usage': 'not-persisted',
  'started-before-usage': 'fork-started-after-usage',
  'turn-before-usage': 'usage-before-turn',
  'close-after-response': 'usage-present',
  'never-respond': 'response',
  garbage: 'protocol',
  error: 'response',
};

test.concurrent.each(['thread/resume', 'thread/fork'] as const)(
  'every fault of the server is named: %s',
  async (method) => {
    const lifecycle = method === 'thread/fork' ? 'fork' : 'resume';
    const seen = await Promise.all(
      Object.keys(faultNames).map(async (fault) => {
        const said = await judged('two-turns', [fault === 'slow' ? 'slow:20' : fault], (client, id) =>
          ask(client, method, id, fault === 'never-respond' ? 100 : 10_000),
        );
        return [fault, said.join()];
      }),
    );
    const wanted = Object.keys(faultNames).map((fault) => {
      const isForForks = fault === 'started-before-usage' && lifecycle === 'resume';
      const check = Object.hasOwn(named, fault) && !isForForks ? named[fault] : undefined;
      return [fault, check === undefined ? `${lifecycle} pass` : `${lifecycle} fail ${check}`];
    });
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(wanted));
  },
);

test('several lifecycles of one client, and turns between them, are each judged for themselves', async () => {
  const verdicts = await judged('fork-with-turn', [], async (client, threadId) => {
    await ask(client, 'thread/resume', threadId);
    await ask(client, 'thread/fork', threadId);
    await client.request('turn/start', { threadId, input: [{ type: 'text', text: 'go on' }] }, 5_000);
    await ask(client, 'thread/resume', threadId);
  });
  expect(verdicts).toEqual(['resume fail usage-present', 'fork pass', 'rejoin pass']);
});

test.each([false, true])(
  'turns that begin before a rollout is read are no part of what was due; all read later: %s',
  async (isLate) => {
    const verdicts = await judged(
      'two-turns',
      [],
      async (client, threadId) => {
        for (const method of ['thread/resume', 'thread/resume', 'thread/fork'] as const) {
          await client.request(method, { threadId }, 5_000);
          await client.request('turn/start', { threadId, input: [{ type: 'text', text: 'go on' }] }, 5_000);
          await client.request('thread/loaded/list', {}, 5_000);
        }
      },
      { isLate },
    );
    expect(verdicts).toEqual(['resume pass', 'rejoin pass', 'fork pass']);
  },
);

test.each(['close-after-response', 'never-respond'])(
  'where the tap cuts the connection, the server is not to blame: %s',
  async (fault) => {
    const use = (client: Connection, threadId: string) => ask(client, 'thread/resume', threadId, 100);
    expect(await judged('two-turns', [fault], use, { isCut: true })).toEqual([
      'this tap cut the connection by --fault before all could come',
    ]);
  },
);
