import { type Turn, turnNamed } from '../../turns/turn.ts';
import { toWire } from '../../wire/thread-token-usage.ts';
import { outsideHome } from '../request-error.ts';
import type { ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { Thread } from '../thread.ts';
import { turnJson, usageParams } from '../wire-json.ts';
import { chargedUsage, type ScriptedTurn, turnRecords } from './scripted-turn.ts';

/**
 * Holds one turn with the scripted model: what the model sends is kept in the rollout, then counted in the thread, then
 * told to the connections attached to it. This is the only way by which the usage of a thread changes.
 * @returns what is to be told
 * @throws {RequestError} or the system's error when the rollout cannot be written; then nothing has happened
 */
export async function holdTurn(server: ServerState, thread: Thread, turnId: string, message: string): Promise<Step[]> {
  const startedAt = Date.now();
  const usage = chargedUsage(thread.tokenUsageInfo());
  const threadId = thread.meta.id;
  const turn: ScriptedTurn = { threadId, turnId, message, usage, startedAt, completedAt: Date.now() };
  const isPaginated = thread.meta.history_mode === 'paginated';
  if (thread.rollout?.isWritable && !(await server.store.mayWrite(thread.rollout.path)))
    throw outsideHome(thread.rollout.path);
  await thread.rollout?.append(turnRecords(turn, isPaginated, server.era.sendsCacheWrite));
  thread.recordUsage(usage);
  return broadcast(thread, turn, server.era.sendsCacheWrite);
}

function broadcast(thread: Thread, turn: ScriptedTurn, sendsCacheWrite: boolean): Step[] {
  const { threadId, turnId, usage } = turn;
  const tell = (method: string, params: Extract<Step, { kind: 'notification' }>['params']): Step => ({
    kind: 'notification',
    to: [...thread.attached],
    method,
    params,
  });
  return [
    tell('turn/started', { threadId, turn: turnJson(begun(turn)) }),
    tell('thread/tokenUsage/updated', usageParams(threadId, turnId, toWire(usage, sendsCacheWrite))),
    tell('turn/completed', { threadId, turn: turnJson(ended(turn)) }),
  ];
}

function begun({ turnId, startedAt }: ScriptedTurn): Turn {
  return { ...turnNamed(turnId, 'inProgress'), startedAt: BigInt(Math.floor(startedAt / 1_000)) };
}

function ended(turn: ScriptedTurn): Turn {
  const { startedAt, completedAt } = turn;
  const durationMs = BigInt(completedAt - startedAt);
  return { ...begun(turn), status: 'completed', completedAt: BigInt(Math.floor(completedAt / 1_000)), durationMs };
}
