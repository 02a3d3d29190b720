import type { JsonValue } from '../../json/json-value.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import { compactThread } from '../turns/compact-thread.ts';
import { runningThread } from './find-thread.ts';

/** `turn/interrupt`. @throws {RequestError} when no turn is going on */
export async function interruptTurn(
  { threadId }: { readonly threadId: string; readonly turnId: string },
  { server }: Call,
): Promise<Step[]> {
  runningThread(threadId, server);
  throw new RequestError('no active turn to interrupt');
}

/** `turn/steer`. @throws {RequestError} when no turn is going on */
export async function steerTurn(
  { threadId }: { readonly threadId: string; readonly input: readonly JsonValue[]; readonly expectedTurnId: string },
  { server }: Call,
): Promise<Step[]> {
  runningThread(threadId, server);
  throw new RequestError('no active turn to steer');
}

/** `thread/compact/start`: compacts the thread in a turn of its own. @throws {RequestError} when it does not run, or is only read */
export async function compact(threadId: string, { server }: Call): Promise<Step[]> {
  const thread = runningThread(threadId, server);
  return server.rolloutQueue.run(thread.rollout?.path ?? thread.meta.id, async () => {
    const told = await compactThread(server, thread);
    return [{ kind: 'response', result: {} }, ...told];
  });
}
