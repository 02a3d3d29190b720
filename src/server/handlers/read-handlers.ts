import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { clientTurns } from '../../lifecycle/facts.ts';
import { loadError } from '../../lifecycle/load-error.ts';
import { interruptStale } from '../../turns/turn-projection.ts';
import { RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import { ThreadItems } from '../store/thread-items.ts';
import type { Thread } from '../thread.ts';
import { MODEL_PROVIDER, threadJson } from '../wire-json.ts';
import { checkedThreadId } from './locate.ts';

const HYDRATION =
  'Full-history hydration is deprecated for paginated threads; omit `includeTurns` or set it to `false`, then page with `thread/turns/list` and `thread/items/list`.';
const PAGE = 25;

/** `thread/read`: what a thread is, whether it runs or not. It is not loaded. @throws {RequestError} */
export async function readThread(
  { threadId, includeTurns }: { readonly threadId: string; readonly includeTurns: boolean },
  { server, connection }: Call,
): Promise<Step[]> {
  const { store, era } = server;
  const id = checkedThreadId(threadId);
  const path = await store.find(id);
  const running = server.threads.get(id);
  if (path === undefined && running) return [response(unwritten(running, includeTurns))];
  if (path === undefined) throw new RequestError(`thread not loaded: ${id}`);
  return server.rolloutQueue.run(path, async () => {
    const items = new ThreadItems(era);
    const facts = includeTurns ? await store.read(path, {}, [items]) : null;
    const error = facts && loadError(facts, era, path);
    if (error) throw new RequestError(error.message, error.code);
    const meta = facts?.meta ?? running?.meta ?? (await store.readMeta(path));
    if (!meta) throw new RequestError(`thread not loaded: ${id}`);
    const isDeprecated = facts?.isPaginated && era.deprecatesFullTurns;
    const turns = facts ? interruptStale(clientTurns(facts, 'used')) : [];
    const status = running ? 'idle' : 'notLoaded';
    const thread = threadJson({ meta, path, updatedAt: await store.updatedAt(path), status, turns, items });
    const params = { summary: HYDRATION, details: null };
    const notice: Step = { kind: 'notification', to: [connection], method: 'deprecationNotice', params };
    return [...(isDeprecated ? [notice] : []), response(thread)];
  });
}

/** Which threads `thread/list` tells of, and in which order. */
export interface ThreadListRequest {
  /** The id of the last thread of the page before. */
  readonly cursor: string | null;
  readonly limit: number | null;
  readonly archived: boolean;
  /** Working directories; of all when there is none. The same for the others. */
  readonly cwds: readonly string[];
  readonly modelProviders: readonly string[];
  readonly sourceKinds: readonly string[];
  readonly sortKey: string | null;
  readonly isAscending: boolean;
}

/**
 * `thread/list`: the threads that are archived, or those that are not, the newest first unless the client wants another
 * order. Sub-agents are left out unless their kind is asked for, and so are rollouts that do not say whose they are.
 */
export async function listThreads(request: ThreadListRequest, { server }: Call): Promise<Step[]> {
  const { cursor, limit } = request;
  const threads = await matching(request, server);
  const start = cursor === null ? 0 : threads.findIndex(({ meta }) => meta.id === cursor) + 1;
  if (cursor !== null && start === 0) throw new RequestError(`invalid cursor: ${cursor}`);
  const page = threads.slice(start, start + (limit ?? PAGE));
  const data = page.map((thread) => listed(thread, server));
  const isLast = start + page.length >= threads.length;
  const nextCursor = isLast ? null : (page.at(-1)?.meta.id ?? null);
  return [{ kind: 'response', result: { data, nextCursor, backwardsCursor: null } }];
}

interface StoredThread {
  readonly path: string;
  readonly meta: SessionMeta;
  /** Seconds since 1970. */
  readonly updatedAt: number;
}

async function matching(request: ThreadListRequest, { store }: ServerState): Promise<StoredThread[]> {
  const found: StoredThread[] = [];
  for (const { path } of store.list(request.archived)) {
    const meta = await store.readMeta(path).catch(() => null);
    if (meta && isWanted(meta, request)) found.push({ path, meta, updatedAt: await store.updatedAt(path) });
  }
  if (request.sortKey?.toLowerCase().startsWith('updated')) found.sort((a, b) => b.updatedAt - a.updatedAt);
  return request.isAscending ? found.reverse() : found;
}

function isWanted(meta: SessionMeta, { cwds, modelProviders, sourceKinds }: ThreadListRequest): boolean {
  const isAmong = (values: readonly string[], value: string) => values.length === 0 || values.includes(value);
  const wantsSubAgents = sourceKinds.some((kind) => kind.startsWith('subAgent'));
  const wantsOthers = sourceKinds.length === 0 || sourceKinds.some((kind) => !kind.startsWith('subAgent'));
  return (
    isAmong(cwds, meta.cwd) &&
    isAmong(modelProviders, meta.model_provider ?? MODEL_PROVIDER) &&
    (meta.subagent === null ? wantsOthers : wantsSubAgents)
  );
}

/** `thread/loaded/list`: the threads that run. */
export async function listLoaded({ server }: Call): Promise<Step[]> {
  const data = [...server.threads.values()].map(({ meta }) => meta.id);
  return [{ kind: 'response', result: { data, nextCursor: null } }];
}

function listed({ path, meta, updatedAt }: StoredThread, { threads }: ServerState): JsonObject {
  const status = threads.has(meta.id) ? 'idle' : 'notLoaded';
  return threadJson({ meta, path, updatedAt, status, turns: [] });
}

/** A thread that runs and has no rollout, or none yet. @throws {RequestError} when its turns are asked for */
function unwritten({ meta, rollout }: Thread, includeTurns: boolean): JsonObject {
  if (includeTurns && !rollout) throw new RequestError('ephemeral threads do not support includeTurns');
  if (includeTurns) {
    const why = 'is not materialized yet; includeTurns is unavailable before first user message';
    throw new RequestError(`thread ${meta.id} ${why}`);
  }
  return threadJson({ meta, path: rollout?.path ?? null, updatedAt: null, status: 'idle', turns: [] });
}

function response(thread: JsonObject): Step {
  return { kind: 'response', result: { thread } };
}
