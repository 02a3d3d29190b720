import { rm } from 'node:fs/promises';
import { toEveryone } from '../notify.ts';
import { outsideHome, RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import { appendName } from '../store/append-name.ts';
import { moveThread } from '../store/archive.ts';
import { keep } from '../turns/hold-turn.ts';
import { threadJson } from '../wire-json.ts';
import { existingThread } from './find-thread.ts';
import { checkedThreadId } from './locate.ts';

const done: Step = { kind: 'response', result: {} };

/** `thread/name/set`: everyone is told. @throws {RequestError} */
export async function setName(
  { threadId, name }: { readonly threadId: string; readonly name: string },
  { server }: Call,
): Promise<Step[]> {
  const threadName = name.trim();
  checkedThreadId(threadId);
  if (threadName === '') throw new RequestError('thread name must not be empty');
  const id = await existingThread(threadId, server, 'no rollout found for thread id', true);
  await materialize(id, server);
  await appendName(server.store.codexHome, id, threadName);
  const running = server.threads.get(id);
  if (running) server.catalog.wasWritten(running.meta);
  return [done, toEveryone(server, 'thread/name/updated', { threadId: id, threadName })];
}

/** `thread/archive`: its rollouts move to the archived ones, and it runs no more. @throws {RequestError} */
export async function archive(threadId: string, { server }: Call): Promise<Step[]> {
  const id = checkedThreadId(threadId);
  await materialize(id, server);
  if (server.store.rolloutsOf(id, false).length === 0) throw new RequestError(`no rollout found for thread id ${id}`);
  await moveThread(server.store, id, 'archived');
  return [...unload(id, server), done, toEveryone(server, 'thread/archived', { threadId: id })];
}

/** `thread/unarchive`: its rollouts move back. @throws {RequestError} */
export async function unarchive(threadId: string, { server }: Call): Promise<Step[]> {
  const id = checkedThreadId(threadId);
  if (server.threads.get(id)?.rollout) throw new RequestError(`thread ${id} already has an active writer`);
  if (server.store.rolloutsOf(id, true).length === 0)
    throw new RequestError(`no archived rollout found for thread id ${id}`);
  const summary = await server.summaryOf(id, await moveThread(server.store, id, 'live'));
  if (!summary) throw new RequestError(`no archived rollout found for thread id ${id}`);
  const shown = threadJson(summary, server.statusOf(id), [], server.wireKeys);
  const thread = server.serverEra.tellsSourceUnarchived ? shown : { ...shown, forkedFromId: null };
  return [{ kind: 'response', result: { thread } }, toEveryone(server, 'thread/unarchived', { threadId: id })];
}

/** `thread/delete`: its rollouts are removed, unless a fork still refers to them. @throws {RequestError} */
export async function deleteThread(threadId: string, { server }: Call): Promise<Step[]> {
  const id = checkedThreadId(threadId);
  const { store } = server;
  const paths = [...store.rolloutsOf(id, false), ...store.rolloutsOf(id, true)];
  if (paths.length === 0) throw new RequestError(`no rollout found for thread id ${id}`);
  if (await isReferredTo(id, server))
    throw new RequestError(`cannot delete thread ${id}: forked history still references it`);
  for (const path of paths) if (!(await store.mayWrite(path))) throw outsideHome(path);
  for (const path of paths) await rm(path);
  return [...unload(id, server), done, toEveryone(server, 'thread/deleted', { threadId: id })];
}

/** Writes the rollout of a thread that runs and has none yet, since what is done with it now is to stay. */
async function materialize(threadId: string, server: ServerState): Promise<void> {
  const thread = server.threads.get(threadId);
  if (!thread?.rollout || thread.isKept) return;
  await server.rolloutQueue.run(thread.rollout.path, () => keep(thread, [], server));
}

async function isReferredTo(threadId: string, { store, catalog }: ServerState): Promise<boolean> {
  const all = [...(await catalog.all(false)), ...(await catalog.all(true))];
  const own = new Set(store.rolloutIdsOf(threadId));
  return all.some(({ meta }) => meta.id !== threadId && meta.history_base && own.has(meta.history_base.thread_id));
}

/** Takes a thread out of those that run, and says so. */
function unload(threadId: string, server: ServerState): Step[] {
  if (!server.threads.remove(threadId)) return [];
  return [toEveryone(server, 'thread/status/changed', { threadId, status: { type: 'notLoaded' } })];
}
