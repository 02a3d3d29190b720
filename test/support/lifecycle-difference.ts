import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { predictLifecycle } from '../../src/lifecycle/predict.ts';
import { toWire } from '../../src/wire/thread-token-usage.ts';
import { type AppServer, RpcError } from './app-server.ts';
import { THREAD } from './random-rollout.ts';
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
 * Has `server`, whose CODEX_HOME is `home`, resume one copy of a rollout and fork another, both threads that it has
 * not loaded, and compares with the prediction: the first difference, or null, and what was seen last. `text` has
 * `$THREAD` for the thread's id.
 */
export async function lifecycleDifference(
  server: AppServer,
  home: string,
  text: string,
): Promise<{ difference: LifecycleDifference | null; seen: Seen }> {
  let got = nothing;
  for (const method of ['thread/resume', 'thread/fork'] as const) {
    const threadId = `019d2f00-0000-7000-8000${randomUUID().slice(23)}`;
    const folder = join(home, 'sessions/2026/03/27');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `rollout-2026-03-27T10-00-00-${threadId}.jsonl`);
    writeFileSync(path, text.replaceAll(THREAD, threadId));
    const prediction = await predictLifecycle(path, { lifecycle: methods[method], codexHome: home });
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
