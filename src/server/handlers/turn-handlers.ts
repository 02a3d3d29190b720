import type { JsonValue } from '../../json/json-value.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import { compactThread } from '../turns/compact-thread.ts';
import { type ReviewTarget, reviewThread } from '../turns/review.ts';
import { runUserCommand } from '../turns/user-command.ts';
import { runningThread } from './find-thread.ts';

/** `turn/interrupt`: answered when the turn has ended. @throws {RequestError} when no turn, or another one, is going on */
export async function interruptTurn(
  { threadId, turnId }: { readonly threadId: string; readonly turnId: string },
  { server }: Call,
): Promise<Step[]> {
  const { turn } = runningThread(threadId, server);
  if (!turn) throw new RequestError('no active turn to interrupt');
  if (turn.turnId !== turnId) throw new RequestError(`expected active turn id ${turnId} but found ${turn.turnId}`);
  await turn.interrupt();
  return [{ kind: 'response', result: {} }];
}

/** `turn/steer`: says something to the turn that goes on. @throws {RequestError} when no turn, or another one, is going on */
export async function steerTurn(
  request: { readonly threadId: string; readonly input: readonly JsonValue[]; readonly expectedTurnId: string },
  { server }: Call,
): Promise<Step[]> {
  const { turn } = runningThread(request.threadId, server);
  const { expectedTurnId, input } = request;
  if (!turn) throw new RequestError('no active turn to steer');
  const { turnId } = turn;
  if (turnId !== expectedTurnId)
    throw new RequestError(`expected active turn id \`${expectedTurnId}\` but found \`${turnId}\``);
  turn.steer(input);
  return [{ kind: 'response', result: { turnId } }];
}

/** `thread/compact/start`: compacts the thread in a turn of its own. @throws {RequestError} when it does not run, or is only read */
export async function compact(threadId: string, { server }: Call): Promise<Step[]> {
  const thread = runningThread(threadId, server);
  return server.rolloutQueue.run(thread.rollout?.path ?? thread.meta.id, async () => {
    const told = await compactThread(server, thread);
    return [{ kind: 'response', result: {} }, ...told];
  });
}

/** `review/start`: a review in a turn of its own. @throws {RequestError} when the thread does not run, or is only read */
export async function review(
  { threadId, target }: { readonly threadId: string; readonly target: ReviewTarget },
  { server }: Call,
): Promise<Step[]> {
  const thread = runningThread(threadId, server);
  return server.rolloutQueue.run(thread.rollout?.path ?? thread.meta.id, () => reviewThread(server, thread, target));
}

/** `thread/shellCommand`: a command of the user. @throws {RequestError} when the thread does not run, or is only read */
export async function shellCommand(
  { threadId, command }: { readonly threadId: string; readonly command: string },
  { server }: Call,
): Promise<Step[]> {
  const thread = runningThread(threadId, server);
  return server.rolloutQueue.run(thread.rollout?.path ?? thread.meta.id, async () => {
    const told = await runUserCommand(server, thread, command);
    return [{ kind: 'response', result: {} }, ...told];
  });
}
