import { resolve } from 'node:path';
import type { SessionMeta } from '../../codex/records/session-meta.ts';
import { formatCodexVersion } from '../../codex/version.ts';
import type { JsonValue } from '../../json/json-value.ts';
import { turnNamed } from '../../turns/turn.ts';
import { now } from '../clock.ts';
import { toEveryone } from '../notify.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import { configuredSettings, homeConfig } from '../store/home-config.ts';
import type { RolloutEnd } from '../store/rollout-end.ts';
import { RolloutWriter } from '../store/rollout-writer.ts';
import { newSessionMeta } from '../store/session-meta-record.ts';
import type { ThreadSettings } from '../store/thread-settings.ts';
import { Thread } from '../thread.ts';
import { holdTurn, refuseUnwritable } from '../turns/hold-turn.ts';
import { LiveTurn } from '../turns/live-turn.ts';
import { uuid7 } from '../uuid7.ts';
import { MODEL_PROVIDER, openedJson, threadJson, turnJson } from '../wire-json.ts';
import { runningThread } from './find-thread.ts';
import { checkedThreadId } from './locate.ts';

/** A thread to begin. */
export interface ThreadStartRequest {
  readonly cwd: string | null;
  readonly ephemeral: boolean;
  readonly modelProvider: string | null;
  readonly settings: Partial<ThreadSettings>;
}

/** `thread/start`: a new thread. Its rollout is written with its first turn, as Codex does. */
export async function startThread(
  { cwd, ephemeral, modelProvider, settings: asked }: ThreadStartRequest,
  { server, connection }: Call,
): Promise<Step[]> {
  const { store, serverEra, wireKeys } = server;
  const config = await homeConfig(store.codexHome);
  const settings = { ...configuredSettings(config, resolve(cwd ?? store.codexHome)), ...asked };
  const meta: SessionMeta = {
    id: uuid7(),
    timestamp: new Date(now()).toISOString(),
    cwd: settings.cwd,
    originator: connection.client?.name ?? '',
    cli_version: formatCodexVersion(server.version),
    history_mode: serverEra.startsPaginated ? 'paginated' : 'legacy',
    model_provider: modelProvider ?? config.modelProvider ?? MODEL_PROVIDER,
    forked_from_id: null,
    history_base: null,
    subagent_history_start_ordinal: null,
    multi_agent_version: null,
    client: null,
    subagent: null,
    parent_thread_id: null,
  };
  const thread = new Thread({
    meta,
    rollout: ephemeral ? null : await newRollout(meta, server),
    usage: null,
    settings,
  });
  server.threads.set(meta.id, thread);
  thread.attached.add(connection);
  const view = threadJson(thread.summary(now()), thread.status, [], wireKeys);
  return [
    { kind: 'response', result: openedJson(view, settings, wireKeys) },
    toEveryone(server, 'thread/started', { thread: view }),
  ];
}

/** `thread/unsubscribe`: the connection sees no more turns of the thread. @throws {RequestError} */
export async function unsubscribe(threadId: string, { server, connection }: Call): Promise<Step[]> {
  const thread = server.threads.get(checkedThreadId(threadId));
  const wasAttached = thread?.attached.delete(connection);
  const status = !thread ? 'notLoaded' : wasAttached ? 'unsubscribed' : 'notSubscribed';
  return [{ kind: 'response', result: { status } }];
}

/** `thread/loaded/list`: the threads that run. */
export async function listLoaded({ server }: Call): Promise<Step[]> {
  const data = [...server.threads.values()].map(({ meta }) => meta.id).sort();
  return [{ kind: 'response', result: { data, nextCursor: null } }];
}

/** A turn to begin. */
export interface TurnStartRequest {
  readonly threadId: string;
  readonly input: readonly JsonValue[];
  readonly clientId: string | null;
  /** What the thread is to be set to from now on. */
  readonly settings: Partial<ThreadSettings>;
}

/** `turn/start`: one turn with the scripted model. @throws {RequestError} when the thread does not run, or is only read */
export async function startTurn(
  { threadId, input, clientId, settings }: TurnStartRequest,
  { server }: Call,
): Promise<Step[]> {
  const thread = runningThread(threadId, server);
  if (thread.turn) {
    // As in Codex, what is said while a turn goes on steers it.
    thread.turn.steer(input);
    return [turnBegun(thread.turn.turnId, server)];
  }
  const script = server.nextTurn();
  if (script) {
    await refuseUnwritable(thread, server);
    thread.settings = { ...thread.settings, ...settings };
    thread.turn = new LiveTurn(server, thread, script, input);
    return [turnBegun(thread.turn.turnId, server)];
  }
  return server.rolloutQueue.run(thread.rollout?.path ?? thread.meta.id, async () => {
    const turnId = uuid7();
    thread.settings = { ...thread.settings, ...settings };
    const notifications = await holdTurn(server, thread, turnId, input, clientId);
    return [turnBegun(turnId, server), ...notifications];
  });
}

function turnBegun(turnId: string, { wireKeys }: ServerState): Step {
  return { kind: 'response', result: { turn: turnJson(turnNamed(turnId, 'inProgress'), wireKeys) } };
}

async function newRollout(meta: SessionMeta, { store }: ServerState): Promise<RolloutWriter> {
  const path = store.newPath(meta.id);
  const nextOrdinal = meta.history_mode === 'paginated' ? 0n : null;
  const end: RolloutEnd | null = (await store.mayWrite(path)) ? { nextOrdinal, before: '' } : null;
  return new RolloutWriter(path, end, [newSessionMeta(meta)]);
}
