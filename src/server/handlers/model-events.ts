import type { JsonObject } from '../../json/json-value.ts';
import { type Turn, turnNamed } from '../../turns/turn.ts';
import { toWire } from '../../wire/thread-token-usage.ts';
import { outsideHome } from '../request-error.ts';
import type { ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { agentMessage, turnJson, usageParams, userMessage } from '../wire-json.ts';
import { ANSWER, chargedUsage, type ScriptedTurn, turnRecords } from './scripted-turn.ts';

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
  const items = { userItemId: uuid7(), agentItemId: uuid7() };
  const turn: ScriptedTurn = { threadId, turnId, message, ...items, usage, startedAt, completedAt: Date.now() };
  const isPaginated = thread.meta.history_mode === 'paginated';
  if (thread.rollout?.isWritable && !(await server.store.mayWrite(thread.rollout.path)))
    throw outsideHome(thread.rollout.path);
  await thread.rollout?.append(turnRecords(turn, isPaginated, server.era.sendsCacheWrite));
  thread.recordUsage(usage);
  return broadcast(thread, turn, server.era.sendsCacheWrite);
}

type Tell = (method: string, params: JsonObject) => Step;

/** What Codex sends while a turn goes on, in its order (measured on 0.144.6 and 0.169.0). */
function broadcast(thread: Thread, turn: ScriptedTurn, sendsCacheWrite: boolean): Step[] {
  const { threadId, turnId, usage } = turn;
  const tell: Tell = (method, params) => ({
    kind: 'notification',
    to: [...thread.attached],
    method,
    params,
  });
  const status = (type: JsonObject) => tell('thread/status/changed', { threadId, status: type });
  const [user, agent] = turnItems(turn);
  return [
    status({ type: 'active', activeFlags: [] }),
    tell('turn/started', { threadId, turn: turnJson(begun(turn)) }),
    ...itemSteps(user, turn, tell),
    ...itemSteps(agent, turn, tell),
    tell('thread/tokenUsage/updated', usageParams(threadId, turnId, toWire(usage, sendsCacheWrite))),
    status({ type: 'idle' }),
    tell('turn/completed', { threadId, turn: turnJson(ended(turn), [agent]) }),
  ];
}

/** What tells of an item: that it began, the text of the model as it comes, and that it is whole. */
function itemSteps(item: JsonObject, { threadId, turnId, startedAt, completedAt }: ScriptedTurn, tell: Tell): Step[] {
  const { type, id, text } = item;
  const isAgent = type === 'agentMessage';
  const begins = { ...item, completedAtMs: null, ...(isAgent && { text: '' }) };
  const of = { threadId, turnId };
  return [
    tell('item/started', { item: begins, ...of, startedAtMs: startedAt }),
    ...(isAgent ? [tell('item/agentMessage/delta', { ...of, itemId: id ?? '', delta: text ?? '' })] : []),
    tell('item/completed', { item, ...of, completedAtMs: completedAt }),
  ];
}

/** What the user and the model say, as items on the wire. */
function turnItems(turn: ScriptedTurn): readonly [JsonObject, JsonObject] {
  const { userItemId, agentItemId, message, startedAt, completedAt } = turn;
  const times = { startedAtMs: startedAt, completedAtMs: completedAt };
  return [
    { ...userMessage(userItemId, [{ type: 'text', text: message, text_elements: [] }]), ...times },
    { ...agentMessage(agentItemId, ANSWER, null), ...times },
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
