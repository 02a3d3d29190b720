import { randomUUID } from 'node:crypto';
import { predictLifecycle } from '../../src/lifecycle/predict.ts';
import { toWire } from '../../src/wire/thread-token-usage.ts';
import { type AppServer, RpcError } from './app-server.ts';
import { type RandomHistory, writeHistory } from './random-history.ts';
import { runLifecycle, type SeenLifecycle } from './real-codex.ts';
import { threadTokenUsage } from './thread-token-usage.ts';

/** What a client sees of a resume or fork, in a form that can be compared and read. */
export interface Seen {
  readonly error: number | null;
  readonly stream: readonly string[];
  readonly turnId: string | null;
  readonly tokenUsage: unknown;
  readonly turns: readonly (readonly [id: string, status: string])[];
}

export interface LifecycleDifference {
  readonly method: 'thread/resume' | 'thread/fork';
  readonly expected: Seen;
  readonly got: Seen;
}

const methods = { 'thread/resume': 'resume', 'thread/fork': 'fork' } as const;
const nothing: Seen = { error: null, stream: [], turnId: null, tokenUsage: null, turns: [] };
const told = ['RESPONSE', 'thread/tokenUsage/updated', 'thread/started'];

/**
 * Has `server`, which is Codex `version` and whose CODEX_HOME is `home`, resume one copy of a history and fork another, both
 * threads that it has not met, and compares with the prediction: the first difference, or null, and what was seen last.
 */
export async function lifecycleDifference(
  server: AppServer,
  home: string,
  version: string,
  history: RandomHistory,
): Promise<{ difference: LifecycleDifference | null; seen: Seen }> {
  let got = nothing;
  for (const method of ['thread/resume', 'thread/fork'] as const) {
    const threadId = `019d2f00-0000-7000-8000${randomUUID().slice(23)}`;
    const path = writeHistory(home, threadId, history);
    const lifecycle = methods[method];
    const prediction = await predictLifecycle(path, { lifecycle, codexHome: home, emulate: version, home: 'new' });
    const expected: Seen = {
      error: prediction.error?.code ?? null,
      stream: prediction.stream,
      turnId: prediction.usage?.turnId ?? null,
      tokenUsage: printable(prediction.usage?.tokenUsage ?? null),
      turns: prediction.turns.map(({ id, status }) => [id, status]),
    };
    got = await runLifecycle(server, method, threadId).then(seenIn, seenError);
    if (JSON.stringify(got) !== JSON.stringify(expected)) return { difference: { method, expected, got }, seen: got };
  }
  return { difference: null, seen: got };
}

function seenIn({ messages, usage, turns }: SeenLifecycle): Seen {
  return {
    error: null,
    stream: messages.filter((message) => told.includes(message)),
    turnId: usage && JSON.parse(usage).params.turnId,
    tokenUsage: printable(usage ? toWire(threadTokenUsage(usage), true) : null),
    turns,
  };
}

function seenError(error: unknown): Seen {
  if (!(error instanceof RpcError)) throw error;
  return { ...nothing, error: error.code, stream: ['ERROR'] };
}

/** With digits for token counts, which may not fit into a number. */
function printable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)));
}
