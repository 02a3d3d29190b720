import type { JsonObject, JsonValue } from '../../json/json-value.ts';
import { RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import { findSaid } from '../store/find-said.ts';
import { homeConfig } from '../store/home-config.ts';
import type { ThreadSummary } from '../store/thread-summary.ts';
import { listedJson, MODEL_PROVIDER } from '../wire-json.ts';

/** Which threads a list tells of, and in which order. What is null or empty does not matter. */
export interface ThreadListRequest {
  readonly cursor: string | null;
  readonly limit: number | null;
  readonly archived: boolean;
  readonly cwds: readonly string[];
  /** Null: that of the home's configuration, if it names one. */
  readonly modelProviders: readonly string[] | null;
  readonly sourceKinds: readonly string[];
  readonly excluded: readonly string[];
  readonly parentThreadId: string | null;
  readonly ancestorThreadId: string | null;
  readonly searchTerm: string | null;
  readonly sortKey: string | null;
  readonly isAscending: boolean;
}

const PAGE = 25;
const LARGEST_PAGE = 100;

/** `thread/list`: the newest first unless the client wants another order; sub-agents only where their kind is asked for. */
export async function listThreads(request: ThreadListRequest, call: Call): Promise<Step[]> {
  const { threads, ...cursors } = await page(request, call, (summary) => isCalled(summary, request.searchTerm));
  const isSearch = (request.searchTerm ?? '') !== '';
  const shown = ({ searched, ...summary }: ThreadSummary) =>
    isSearch ? { ...summary, preview: searched ?? summary.preview } : summary;
  const data = threads.map((summary) => listed(shown(summary), call.server));
  const readStates = Object.fromEntries(threads.map(({ meta }) => [meta.id, call.server.readStates.of(meta.id)]));
  const states: JsonObject = call.server.serverEra.tellsReadState ? { readStates } : {};
  return [{ kind: 'response', result: { data, ...cursors, ...states } }];
}

/** `thread/search`: the threads in which somebody said a text, each with the first message that holds it. */
export async function searchThreads(request: ThreadListRequest, call: Call): Promise<Step[]> {
  const term = request.searchTerm?.trim() ?? '';
  if (term === '') throw new RequestError('thread/search requires a non-empty searchTerm');
  const snippets = new Map<string, string>();
  for (const { meta, path } of await call.server.catalog.listed(request.archived)) {
    const said = path && (await findSaid(path, term));
    if (said) snippets.set(meta.id, said);
  }
  const { threads, ...cursors } = await page(request, call, ({ meta }) => snippets.has(meta.id));
  const data: JsonObject[] = [];
  for (const summary of threads) {
    const { meta, path } = summary;
    const known = path === null ? null : await call.server.summaryOf(meta.id, path);
    data.push({ snippet: snippets.get(meta.id) ?? '', thread: listed(known ?? summary, call.server) });
  }
  return [{ kind: 'response', result: { data, ...cursors } }];
}

async function page(
  request: ThreadListRequest,
  { server }: Call,
  accepts: (summary: ThreadSummary) => boolean,
): Promise<{ threads: ThreadSummary[]; nextCursor: JsonValue; backwardsCursor: JsonValue }> {
  const isByUpdate = request.sortKey === 'updated_at' || request.sortKey === 'recency_at';
  const timeOf = isByUpdate ? updatedAt : createdAt;
  // Threads that began in the same second stand in the order of their ids, rollouts of one thread in that of their names.
  const keyOf = isByUpdate ? updatedAt : (summary: ThreadSummary) => Math.floor(createdAt(summary) / 1_000) * 1_000;
  const after = request.cursor === null ? null : readCursor(request.cursor, server.serverEra.pagesByThread);
  const all = await server.summaries(request.archived);
  const { modelProvider } = await homeConfig(server.store.codexHome);
  const providers = request.modelProviders ?? (modelProvider === null ? [] : [modelProvider]);
  const parents = new Map(all.map(({ meta }) => [meta.id, meta.parent_thread_id]));
  const sign = request.isAscending ? 1 : -1;
  const ordered = all
    .filter((summary) => isWanted(summary, { ...request, providers }, parents) && accepts(summary))
    .sort(
      (a, b) =>
        sign * (keyOf(a) - keyOf(b) || compareText(a.meta.id, b.meta.id)) || compareText(a.path ?? '', b.path ?? ''),
    )
    .filter(
      (summary) => after === null || isBehind(summary, keyOf(summary), timeOf(summary), after, request.isAscending),
    );
  const threads = ordered.slice(0, Math.min(Math.max(request.limit ?? PAGE, 1), LARGEST_PAGE));
  const [first, last] = [threads.at(0), threads.at(-1)];
  const hasMore = threads.length < ordered.length;
  const back = request.isAscending ? 1 : -1;
  return {
    threads,
    nextCursor: hasMore && last ? `${isoTime(keyOf(last))}|${last.meta.id}` : null,
    backwardsCursor: first ? new Date(timeOf(first) + back).toISOString() : null,
  };
}

/** Milliseconds since 1970, as the next one. */
function updatedAt(summary: ThreadSummary): number {
  return Math.floor(summary.updatedAt);
}

function createdAt({ meta }: ThreadSummary): number {
  return Date.parse(meta.timestamp) || 0;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');
}

interface Cursor {
  readonly time: number;
  /** Of the last thread of the page before; null for one that only names a time. */
  readonly threadId: string | null;
  /** The page begins behind that thread, not behind the second in which it began. */
  readonly isByThread: boolean;
}

function readCursor(text: string, isByThread: boolean): Cursor {
  const [time = '', threadId = null] = text.split('|');
  const ms = /^\d{4}-\d\d-\d\dT/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(ms)) throw new RequestError(`invalid cursor: ${text}`);
  return { time: ms, threadId, isByThread };
}

/** Whether a thread stands behind a cursor. `key`: what it is sorted by; `time`: the same to the millisecond. */
function isBehind(
  { meta }: ThreadSummary,
  key: number,
  time: number,
  { time: at, threadId, isByThread }: Cursor,
  isAscending: boolean,
): boolean {
  const place = threadId === null ? time - at : key - at || (isByThread ? compareText(meta.id, threadId) : 0);
  return isAscending ? place > 0 : place < 0;
}

function isWanted(
  { meta, origin, settings }: ThreadSummary,
  request: ThreadListRequest & { readonly providers: readonly string[] },
  parents: ReadonlyMap<string, string | null>,
): boolean {
  const { cwds, providers, sourceKinds, excluded, parentThreadId, ancestorThreadId } = request;
  const isAmong = (values: readonly string[], value: string) => values.length === 0 || values.includes(value);
  const asksForChildren = parentThreadId !== null || ancestorThreadId !== null;
  const kinds = sourceKindsOf(origin.source, meta.client, meta.subagent);
  const isOfKind =
    sourceKinds.length > 0
      ? kinds.some((kind) => sourceKinds.includes(kind))
      : asksForChildren || INTERACTIVE.some((kind) => kinds.includes(kind));
  return (
    isOfKind &&
    isAmong(cwds, settings.cwd) &&
    isAmong(providers, meta.model_provider ?? MODEL_PROVIDER) &&
    !excluded.includes(meta.id) &&
    (parentThreadId === null || meta.parent_thread_id === parentThreadId) &&
    (ancestorThreadId === null || descendsFrom(meta.id, ancestorThreadId, parents))
  );
}

/** What a list holds where no kind is asked for. */
const INTERACTIVE = ['cli', 'vscode', 'appServer'];

const SUB_AGENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    review: 'subAgentReview',
    compact: 'subAgentCompact',
    thread_spawn: 'subAgentThreadSpawn',
  }),
);

/** The kinds that a thread is of, as `sourceKinds` calls them. */
function sourceKindsOf(source: JsonValue | undefined, client: string | null, subagent: string | null): string[] {
  if (subagent !== null) return ['subAgent', SUB_AGENTS.get(subagent) ?? 'subAgentOther'];
  if (source === undefined) return ['vscode'];
  return [client === 'mcp' ? 'appServer' : (client ?? 'unknown')];
}

function descendsFrom(id: string, ancestor: string, parents: ReadonlyMap<string, string | null>): boolean {
  const seen = new Set<string>();
  for (let at = parents.get(id) ?? null; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
    if (at === ancestor) return true;
    seen.add(at);
  }
  return false;
}

/** Whether a thread's name or what its user wrote first holds a text. */
function isCalled({ name, preview, searched = preview }: ThreadSummary, term: string | null): boolean {
  return term === null || term === '' || [name ?? '', searched].some((text) => text.includes(term));
}

function listed(summary: ThreadSummary, server: ServerState): JsonObject {
  return listedJson(summary, server.statusOf(summary.meta.id), server.wireKeys);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
