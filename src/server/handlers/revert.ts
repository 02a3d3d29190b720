import { formatCodexVersion } from '../../codex/version.ts';
import { clientTurns } from '../../lifecycle/facts.ts';
import { loadError } from '../../lifecycle/load-error.ts';
import { interruptStale } from '../../turns/turn-projection.ts';
import { now } from '../clock.ts';
import { ThreadItems } from '../items/thread-items.ts';
import { toEveryone } from '../notify.ts';
import { outsideHome, RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import { writeFork } from '../store/fork-writer.ts';
import { nextSessionMeta } from '../store/session-meta-record.ts';
import { settingsRecord } from '../store/settings-record.ts';
import { Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { threadJson } from '../wire-json.ts';
import { runningThread } from './find-thread.ts';
import { firstPromptIn, shownTurn } from './shown-turns.ts';
import { backwardsCursors } from './turn-lists.ts';

/**
 * `thread/revert` (docs/codex.md 5.3): the thread goes on in another rollout from what stood before a turn. Its rollout until
 * then stays as it is. @throws {RequestError}
 */
export async function revert(
  { threadId, beforeTurnId }: { readonly threadId: string; readonly beforeTurnId: string },
  call: Call,
): Promise<Step[]> {
  const { server, connection } = call;
  const before = runningThread(threadId, server);
  const { id } = before.meta;
  if (!before.isKept) {
    server.threads.remove(id);
    return [statusOf(id, 'notLoaded', server), refusal(`no rollout found for thread id ${id}`)];
  }
  const path = keptPath(before);
  return server.rolloutQueue.run(path, async () => {
    const { store, era, wireKeys } = server;
    const items = new ThreadItems(era, wireKeys);
    const facts = await store.read(path, { beforeTurnId }, [items]);
    if (!facts.isPaginated) throw new RequestError('thread/revert requires a paginated thread');
    const settings = { ...before.settings, serviceTier: before.settings.serviceTier ?? 'default' };
    const turns = [...clientTurns(facts, 'used')];
    const at = turns.findIndex((turn) => turn.id === beforeTurnId);
    before.attached.add(connection);
    if (at < 0) {
      before.settings = settings;
      const said = firstPromptIn(turns, items);
      if (said !== '') before.recordPrompt(said);
      const called = before.summary(now()).preview;
      if (before.meta.forked_from_id !== null) server.catalog.rememberFork(id, called);
      else server.catalog.rememberPreview(id, called);
      return [...reloaded(id, server), refusal(`turn not found: ${beforeTurnId}`)];
    }
    const preview = before.summary(now()).preview || firstPromptIn(turns.slice(0, at), items);
    server.catalog.rememberPreview(id, preview);
    const cli_version = formatCodexVersion(server.version);
    const meta = { ...before.meta, cli_version, timestamp: new Date(now()).toISOString() };
    const start = { rolloutId: uuid7(), headOf: nextSessionMeta, first: [settingsRecord(meta, settings)] };
    const rollout = await writeFork(store, facts, { beforeTurnId }, meta, start);
    const { usage } = facts.fork.context.view(era.startsAtCompaction);
    const { origin, name, ...stored } = before.summary(now(), (await server.catalog.of(rollout.path))?.name);
    const thread = new Thread({ meta, rollout, usage, settings, origin, preview, name });
    for (const client of before.attached) thread.attached.add(client);
    server.threads.set(meta.id, thread);
    const kept = new ThreadItems(era, wireKeys);
    const after = await store.read(rollout.path, {}, [kept]);
    const left = [...interruptStale(clientTurns(after, 'used'))];
    const read = { threadId: meta.id, turns: left, items: kept, isPaginated: true };
    const summary = thread.summary(stored.updatedAt, name);
    const shown = threadJson(summary, thread.status, [], wireKeys);
    return [
      statusOf(meta.id, 'notLoaded', server),
      ...allRead(thread, server),
      statusOf(meta.id, 'idle', server),
      { kind: 'response', result: { thread: shown, ...backwardsCursors(read) } },
      toEveryone(server, 'thread/reverted', { threadId: meta.id }),
    ];
  });
}

/** `thread/rollback`: takes the last turns away, as versions up to 0.144 can. @throws {RequestError} */
export async function rollback(
  { threadId, numTurns }: { readonly threadId: string; readonly numTurns: number },
  { server }: Call,
): Promise<Step[]> {
  const thread = runningThread(threadId, server);
  if (numTurns < 1) throw new RequestError('numTurns must be >= 1');
  const path = keptPath(thread);
  return server.rolloutQueue.run(path, async () => {
    const { store, era, wireKeys } = server;
    await thread.rollout?.append([{ type: 'event_msg', payload: { type: 'thread_rolled_back', num_turns: numTurns } }]);
    const items = new ThreadItems(era, wireKeys);
    const facts = await store.read(path, {}, [items]);
    const error = loadError(facts, era, path);
    if (error) throw new RequestError(error.message, error.code);
    const turns = [...interruptStale(clientTurns(facts, 'used'))].map((turn) => shownTurn(turn, items, 'full', server));
    const summary = thread.summary(now(), (await server.catalog.of(path))?.name);
    return [{ kind: 'response', result: { thread: threadJson(summary, thread.status, turns, wireKeys) } }];
  });
}

/** Where a running thread is kept. @throws {RequestError} when nothing of it is written, or may be */
function keptPath({ isKept, rollout, meta }: Thread): string {
  if (!isKept || !rollout) throw new RequestError(`thread ${meta.id} has no history yet`);
  if (!rollout.isWritable) throw outsideHome(rollout.path);
  return rollout.path;
}

function allRead({ meta, attached }: Thread, server: ServerState): Step[] {
  const threadId = meta.id;
  const isUnread = server.readStates.of(threadId).firstUnread !== null;
  if (!server.serverEra.tellsReadState || !isUnread) return [];
  const readState = server.readStates.clear(threadId);
  const params = { threadId, readState };
  return [{ kind: 'notification', to: [...attached], method: 'thread/readState/changed', params }];
}

/** What is told when a thread is loaded anew, whether anything comes of that or not. */
function reloaded(threadId: string, server: ServerState): Step[] {
  return [statusOf(threadId, 'notLoaded', server), statusOf(threadId, 'idle', server)];
}

function statusOf(threadId: string, type: 'notLoaded' | 'idle', server: ServerState): Step {
  return toEveryone(server, 'thread/status/changed', { threadId, status: { type } });
}

function refusal(message: string): Step {
  return { kind: 'error', error: new RequestError(message) };
}
