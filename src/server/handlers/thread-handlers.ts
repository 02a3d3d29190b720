import { resolve } from 'node:path';
import type { SessionMeta } from '../../codex/records/session-meta.ts';
import { formatCodexVersion } from '../../codex/version.ts';
import { isJsonObject, type JsonValue } from '../../json/json-value.ts';
import { turnNamed } from '../../turns/turn.ts';
import { RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { RolloutEnd } from '../store/rollout-end.ts';
import { RolloutWriter } from '../store/rollout-writer.ts';
import { newSessionMeta } from '../store/session-meta-record.ts';
import { Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { MODEL_PROVIDER, threadJson, threadResult, turnJson } from '../wire-json.ts';
import { checkedThreadId } from './locate.ts';
import { holdTurn } from './model-events.ts';

/** `thread/start`: a new thread. Its rollout is written with its first turn, as Codex does. */
export async function startThread(
  { cwd, ephemeral }: { readonly cwd: string | null; readonly ephemeral: boolean },
  { server, connection }: Call,
): Promise<Step[]> {
  const { store, serverEra } = server;
  const meta: SessionMeta = {
    id: uuid7(),
    timestamp: new Date().toISOString(),
    cwd: resolve(cwd ?? store.codexHome),
    originator: connection.client?.name ?? '',
    cli_version: formatCodexVersion(server.version),
    history_mode: serverEra.startsPaginated ? 'paginated' : 'legacy',
    model_provider: MODEL_PROVIDER,
    forked_from_id: null,
    history_base: null,
    subagent_history_start_ordinal: null,
    multi_agent_version: null,
    client: null,
    subagent: null,
    parent_thread_id: null,
  };
  const thread = new Thread(meta, ephemeral ? null : await newRollout(meta, server), null);
  server.threads.set(meta.id, thread);
  thread.attached.add(connection);
  const view = threadJson({ meta, path: thread.rollout?.path ?? null, updatedAt: null, status: 'idle', turns: [] });
  return [
    { kind: 'response', result: threadResult(view) },
    { kind: 'notification', to: server.everyone(), method: 'thread/started', params: { thread: view } },
  ];
}

/** `thread/unsubscribe`: the connection sees no more turns of the thread. @throws {RequestError} */
export async function unsubscribe(threadId: string, { server, connection }: Call): Promise<Step[]> {
  const thread = server.threads.get(checkedThreadId(threadId));
  const wasAttached = thread?.attached.delete(connection);
  const status = !thread ? 'notLoaded' : wasAttached ? 'unsubscribed' : 'notSubscribed';
  return [{ kind: 'response', result: { status } }];
}

/** `turn/start`: one turn with the scripted model. @throws {RequestError} when the thread does not run, or is only read */
export async function startTurn(
  { threadId, input }: { readonly threadId: string; readonly input: readonly JsonValue[] },
  { server }: Call,
): Promise<Step[]> {
  const id = checkedThreadId(threadId);
  const thread = server.threads.get(id);
  if (!thread) throw new RequestError(`thread not found: ${id}`);
  return server.rolloutQueue.run(thread.rollout?.path ?? id, async () => {
    const turnId = uuid7();
    const notifications = await holdTurn(server, thread, turnId, textOf(input));
    return [{ kind: 'response', result: { turn: turnJson(turnNamed(turnId, 'inProgress')) } }, ...notifications];
  });
}

async function newRollout(meta: SessionMeta, { store }: ServerState): Promise<RolloutWriter> {
  const path = store.newPath(meta.id);
  const nextOrdinal = meta.history_mode === 'paginated' ? 0n : null;
  const end: RolloutEnd | null = (await store.mayWrite(path)) ? { nextOrdinal, before: '' } : null;
  return new RolloutWriter(path, end, [newSessionMeta(meta)]);
}

/** What the user writes; pictures and the like are left out. */
function textOf(input: readonly JsonValue[]): string {
  const texts = input.map((item) => (isJsonObject(item) && typeof item.text === 'string' ? item.text : ''));
  return texts.filter((text) => text !== '').join('\n');
}
