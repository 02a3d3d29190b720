import type { JsonObject } from '../../json/json-value.ts';
import { clientTurns } from '../../lifecycle/facts.ts';
import { loadError } from '../../lifecycle/load-error.ts';
import { interruptStale } from '../../turns/turn-projection.ts';
import { now } from '../clock.ts';
import { ThreadItems } from '../items/thread-items.ts';
import { RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { Thread } from '../thread.ts';
import { threadJson } from '../wire-json.ts';
import { checkedThreadId } from './locate.ts';
import { shownTurn } from './shown-turns.ts';

const HYDRATION =
  'Full-history hydration is deprecated for paginated threads; omit `includeTurns` or set it to `false`, then page with `thread/turns/list` and `thread/items/list`.';

const METHOD_NOT_FOUND = -32601;

/** `thread/read`: what a thread is, whether it runs or not. It is not loaded. @throws {RequestError} */
export async function readThread(
  { threadId, includeTurns }: { readonly threadId: string; readonly includeTurns: boolean },
  { server, connection }: Call,
): Promise<Step[]> {
  const { store, era, wireKeys } = server;
  const id = checkedThreadId(threadId);
  const path = await store.find(id);
  const running = server.threads.get(id);
  if (path === undefined && running) return [response(unwritten(running, includeTurns, server), null, server)];
  if (path === undefined) throw new RequestError(`thread not loaded: ${id}`);
  return server.rolloutQueue.run(path, async () => {
    const items = new ThreadItems(era, wireKeys);
    const facts = includeTurns ? await store.read(path, {}, [items]) : null;
    const error = facts && loadError(facts, era, path);
    if (error) throw new RequestError(error.message, error.code);
    const summary = await server.summaryOf(id, path);
    if (!summary) throw new RequestError(`thread not loaded: ${id}`);
    const isDeprecated = facts?.isPaginated && era.deprecatesFullTurns;
    const turns = facts ? [...interruptStale(clientTurns(facts, 'used'))] : [];
    const shown = turns.map((turn) => shownTurn(turn, items, 'full', server));
    const thread = threadJson(summary, server.statusOf(id), shown, wireKeys);
    const params = { summary: HYDRATION, details: null };
    const notice: Step = { kind: 'notification', to: [connection], method: 'deprecationNotice', params };
    return [...(isDeprecated ? [notice] : []), response(thread, server.readStates.of(id), server)];
  });
}

/** A thread that runs and has no rollout, or none yet. @throws {RequestError} when its turns are asked for */
function unwritten(thread: Thread, includeTurns: boolean, { wireKeys }: ServerState): JsonObject {
  if (includeTurns && !thread.rollout) throw new RequestError('ephemeral threads do not support includeTurns');
  if (includeTurns && thread.meta.history_mode === 'paginated')
    throw new RequestError('list_turns is not supported yet', METHOD_NOT_FOUND);
  if (includeTurns) {
    const why = 'is not materialized yet; includeTurns is unavailable before first user message';
    throw new RequestError(`thread ${thread.meta.id} ${why}`);
  }
  return threadJson(thread.summary(now()), thread.status, [], wireKeys);
}

function response(thread: JsonObject, readState: JsonObject | null, { serverEra }: ServerState): Step {
  return { kind: 'response', result: { thread, ...(serverEra.tellsReadState && { readState }) } };
}
