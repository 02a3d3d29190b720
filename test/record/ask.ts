import { setTimeout as sleep } from 'node:timers/promises';
import { type AppServer, RpcError, type WireObject } from '../support/app-server.ts';
import type { SeenAnswer } from '../support/oracle.ts';

/** How long a server may take from its answer to the last message about it. */
const LAST_MESSAGE_MS = 5_000;

/** How long a server is listened to where no message is known to be the last, once it worked off what it was sent. */
const SILENCE_MS = 200;

/** The notifications that belong to an answer. */
const PARTS = [
  'deprecationNotice',
  'thread/status/changed',
  'thread/tokenUsage/updated',
  'thread/goal/cleared',
  'thread/started',
];

export interface ThreadRequest {
  readonly method: 'thread/resume' | 'thread/fork';
  readonly params: WireObject & { readonly threadId: string };
  /** The notification that this version sends last, if one is known. */
  readonly last: string | undefined;
}

interface Opened {
  readonly thread: { readonly id: string; readonly turns: readonly { readonly id: string; readonly status: string }[] };
}

/**
 * Sends a request about a thread, waits until everything about it has come, and returns it as the oracle writes it. One
 * at a time where deprecation notices come, which name no thread.
 */
export async function ask(server: AppServer, { method, params, last }: ThreadRequest): Promise<SeenAnswer> {
  const fromLine = server.received.length;
  const from = server.notifications.length;
  const answer = await server.request<Opened>(method, params).catch(rpcError);
  if (answer instanceof RpcError) {
    const { code, message } = answer;
    const before = parts(server, fromLine, params.threadId).map(({ name }) => name);
    return { stream: [...before, 'ERROR'], error: { code, message }, usage: null, turns: [] };
  }
  const { id, turns } = answer.thread;
  if (last) await server.waitFor(last, LAST_MESSAGE_MS, (about) => threadOf(about) === id, from).catch(() => {});
  else await silence(server);
  const received = parts(server, fromLine, id);
  const usages = received.filter(({ name }) => name === 'thread/tokenUsage/updated').map(({ raw }) => raw);
  if (usages.length > 1) throw new Error(`${method} sent the usage ${usages.length} times`);
  const usage = usages[0]?.replace(/,"emittedAtMs":\d+|"emittedAtMs":\d+,/, '') ?? null;
  return {
    stream: received.map(({ name }) => name),
    error: null,
    usage: method === 'thread/fork' && usage ? usage.replaceAll(id, '$FORK') : usage,
    turns: turns.map((turn) => [turn.id, turn.status] as const),
  };
}

/** The error that a server answered with. @throws any other error */
export function rpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  throw error;
}

/** What came about a thread: its notifications, those that name no thread, and the answer that opens it. */
function parts(server: AppServer, fromLine: number, threadId: string): { name: string; raw: string }[] {
  return server.received.slice(fromLine).flatMap((raw) => {
    const { method, params = {}, result = {} } = JSON.parse(raw) as Record<string, WireObject> & { method?: string };
    if (method === undefined) return threadOf(result) === threadId ? [{ name: 'RESPONSE', raw }] : [];
    const isPart = PARTS.includes(method) && (method === 'deprecationNotice' || threadOf(params) === threadId);
    return isPart ? [{ name: method, raw }] : [];
  });
}

function threadOf({ threadId, thread }: WireObject): unknown {
  return threadId ?? (thread as { id?: unknown } | undefined)?.id;
}

/** Waits until the server has worked off what it was sent, and then a little for what it still has to say. */
async function silence(server: AppServer): Promise<void> {
  await server.request('thread/loaded/list', {}).catch(rpcError);
  await sleep(SILENCE_MS);
}
