import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { clientTurns } from '../../lifecycle/facts.ts';
import { loadError } from '../../lifecycle/load-error.ts';
import { interruptStale } from '../../turns/turn-projection.ts';
import { RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { Thread } from '../thread.ts';
import { threadJson } from '../wire-json.ts';
import { checkedThreadId } from './locate.ts';

const HYDRATION =
  'Full-history hydration is deprecated for paginated threads; omit `includeTurns` or set it to `false`, then page with `thread/turns/list` and `thread/items/list`.';
const PAGE = 25;

/** `thread/read`: what a thread is, whether it runs or not. It is not loaded. @throws {RequestError} */
export async function readThread(
  { threadId, includeTurns }: { readonly threadId: string; readonly includeTurns: boolean },
  { server, connection }: Call,
): Promise<Step[]> {
  const { store, era } = server;
  const id = checkedThreadId(threadId);
  const path = await store.find(id);
  const running = server.threads.get(id);
  if (path === undefined && running) return [response(unwritten(running, includeTurns))];
  if (path === undefined) throw new RequestError(`thread not loaded: ${id}`);
  return server.rolloutQueue.run(path, async () => {
    const facts = includeTurns ? await store.read(path) : null;
    const error = facts && loadError(facts, era, path);
    if (error) throw new RequestError(error.message, error.code);
    const meta = facts?.meta ?? running?.meta ?? (await store.readMeta(path));
    if (!meta) throw new RequestError(`thread not loaded: ${id}`);
    const isDeprecated = facts?.isPaginated && era.deprecatesFullTurns;
    const turns = facts ? interruptStale(clientTurns(facts, 'used')) : [];
    const status = running ? 'idle' : 'notLoaded';
    const thread = threadJson({ meta, path, updatedAt: await store.updatedAt(path), status, turns });
    const params = { summary: HYDRATION, details: null };
    const notice: Step = { kind: 'notification', to: [connection], method: 'deprecationNotice', params };
    return [...(isDeprecated ? [notice] : []), response(thread)];
  });
}

/**
 * `thread/list`: the threads that are not archived, newest first. `cursor`: the id of the last thread of the page
 * before. Rollouts that do not say whose they are are left out.
 */
export async function listThreads(
  { cursor, limit }: { readonly cursor: string | null; readonly limit: number | null },
  { server }: Call,
): Promise<Step[]> {
  const rollouts = server.store.list();
  const start = cursor === null ? 0 : rollouts.findIndex(({ threadId }) => threadId === cursor) + 1;
  if (cursor !== null && start === 0) throw new RequestError(`invalid cursor: ${cursor}`);
  const page = rollouts.slice(start, start + (limit ?? PAGE));
  const data = [];
  for (const { path } of page) {
    const meta = await server.store.readMeta(path).catch(() => null);
    if (meta) data.push(await listed(path, meta, server));
  }
  const isLast = start + page.length >= rollouts.length;
  const nextCursor = isLast ? null : (page.at(-1)?.threadId ?? null);
  return [{ kind: 'response', result: { data, nextCursor, backwardsCursor: null } }];
}

async function listed(path: string, meta: SessionMeta, { store, threads }: ServerState): Promise<JsonObject> {
  const status = threads.has(meta.id) ? 'idle' : 'notLoaded';
  return threadJson({ meta, path, updatedAt: await store.updatedAt(path), status, turns: [] });
}

/** A thread that runs and has no rollout, or none yet. @throws {RequestError} when its turns are asked for */
function unwritten({ meta, rollout }: Thread, includeTurns: boolean): JsonObject {
  if (includeTurns && !rollout) throw new RequestError('ephemeral threads do not support includeTurns');
  if (includeTurns) {
    const why = 'is not materialized yet; includeTurns is unavailable before first user message';
    throw new RequestError(`thread ${meta.id} ${why}`);
  }
  return threadJson({ meta, path: rollout?.path ?? null, updatedAt: null, status: 'idle', turns: [] });
}

function response(thread: JsonObject): Step {
  return { kind: 'response', result: { thread } };
}
