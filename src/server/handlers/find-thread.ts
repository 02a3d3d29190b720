import { RequestError } from '../request-error.ts';
import type { ServerState } from '../server-state.ts';
import type { Thread } from '../thread.ts';
import { checkedThreadId } from './locate.ts';

/** The running thread that a request is about. @throws {RequestError} when it does not run */
export function runningThread(threadId: string, { threads }: ServerState): Thread {
  const id = checkedThreadId(threadId);
  const thread = threads.get(id);
  if (!thread) throw new RequestError(`thread not found: ${id}`);
  return thread;
}

/** The id of a thread that runs or has a rollout. @throws {RequestError} when there is none, with `refusal` in front of the id */
export async function existingThread(
  threadId: string,
  { threads, store }: ServerState,
  refusal = 'no rollout found for thread id',
  refusesArchived = false,
): Promise<string> {
  const id = checkedThreadId(threadId);
  if (threads.has(id)) return id;
  const path = await store.find(id);
  if (path === undefined || (refusesArchived && store.isArchived(path))) throw new RequestError(`${refusal} ${id}`);
  return id;
}
