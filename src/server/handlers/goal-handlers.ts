import type { GoalChange } from '../goals.ts';
import { toEveryone } from '../notify.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import { existingThread } from './find-thread.ts';

const UNKNOWN = 'thread not found:';

/** `thread/goal/get`. @throws {RequestError} */
export async function getGoal(threadId: string, { server }: Call): Promise<Step[]> {
  const id = await existingThread(threadId, server, UNKNOWN, true);
  return [{ kind: 'response', result: { goal: server.goals.of(id) } }];
}

/** `thread/goal/set`: the goal is kept and told; no turn goes after it, since the scripted model has none. @throws {RequestError} */
export async function setGoal(change: GoalChange & { readonly threadId: string }, { server }: Call): Promise<Step[]> {
  const threadId = await existingThread(change.threadId, server, UNKNOWN, true);
  const goal = server.goals.set(threadId, change);
  if (!goal) throw new RequestError(`cannot update goal for thread ${threadId}: no goal exists`);
  return [
    { kind: 'response', result: { goal } },
    toEveryone(server, 'thread/goal/updated', { threadId, turnId: null, goal }),
  ];
}

/** `thread/goal/clear`. @throws {RequestError} */
export async function clearGoal(threadId: string, { server }: Call): Promise<Step[]> {
  const id = await existingThread(threadId, server, UNKNOWN, true);
  const cleared = server.goals.clear(id);
  const told = cleared ? [toEveryone(server, 'thread/goal/cleared', { threadId: id })] : [];
  return [{ kind: 'response', result: { cleared } }, ...told];
}
