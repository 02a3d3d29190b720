import type { JsonObject } from '../../json/json-value.ts';
import { clientTurns } from '../../lifecycle/facts.ts';
import { loadError } from '../../lifecycle/load-error.ts';
import type { Turn } from '../../turns/turn.ts';
import { interruptStale } from '../../turns/turn-projection.ts';
import { saidIn } from '../items/said-in.ts';
import { type PlacedItem, ThreadItems } from '../items/thread-items.ts';
import { RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { ItemsView } from '../wire-json.ts';
import { checkedThreadId } from './locate.ts';
import { cursorAt, type PageRequest, pageOf } from './paging.ts';
import { shownTurn } from './shown-turns.ts';

const TURNS = 25;
const ITEMS = 100;
const METHOD_NOT_FOUND = -32601;
const UNREADABLE = /not loaded|not materialized/;

/** A page of the turns of a thread. */
export interface TurnsPageRequest extends PageRequest {
  readonly itemsView: ItemsView;
}

/** `thread/turns/list`: the newest first unless asked otherwise. @throws {RequestError} */
export async function listTurns(
  request: TurnsPageRequest & { readonly threadId: string },
  { server }: Call,
): Promise<Step[]> {
  const read = await readTurns(request.threadId, server);
  return [{ kind: 'response', result: turnsPage(read, request, server) }];
}

/** `thread/items/list`: the items of a thread, or of one of its turns, the oldest first unless asked otherwise. @throws {RequestError} */
export async function listItems(
  request: PageRequest & { readonly threadId: string; readonly turnId: string | null },
  { server }: Call,
): Promise<Step[]> {
  const { threadId, turns, items } = await readPaginated(request.threadId, 'thread/items/list', server);
  const wanted = turns.filter(({ id }) => request.turnId === null || id === request.turnId);
  const all = wanted.flatMap(({ id }) => items.placed(id)).sort((a, b) => a.place - b.place);
  const { rows, ...cursors } = pageOf(all, request, { ...itemsOf(threadId), usual: ITEMS });
  return [{ kind: 'response', result: { data: rows.map((row) => itemEntry(row, server)), ...cursors } }];
}

/** `thread/items/read`: some items of a turn, in the order of the rollout. @throws {RequestError} */
export async function readItems(
  request: { readonly threadId: string; readonly turnId: string; readonly itemIds: readonly string[] },
  { server }: Call,
): Promise<Step[]> {
  const { itemIds, turnId } = request;
  if (itemIds.length < 1 || itemIds.length > 100) throw new RequestError('itemIds must contain 1 to 100 IDs');
  const { items } = await readPaginated(request.threadId, 'thread/items/read', server);
  const found = items.placed(turnId).filter(({ item }) => itemIds.includes(String(item.id)));
  return [{ kind: 'response', result: { data: found.map((placed) => itemEntry(placed, server)) } }];
}

function itemEntry({ turnId, item, startedAtMs, completedAtMs }: PlacedItem, { serverEra }: ServerState): JsonObject {
  return { turnId, item, ...(serverEra.stampsItems && { startedAtMs, completedAtMs }) };
}

/** `thread/searchOccurrences`: where a text stands in what was said in a thread. @throws {RequestError} */
export async function searchOccurrences(
  { threadId: asked, searchTerm, limit }: { threadId: string; searchTerm: string; limit: number | null },
  { server }: Call,
): Promise<Step[]> {
  const { threadId, turns, items } = await readPaginated(asked, 'thread/searchOccurrences', server);
  const term = searchTerm.toLowerCase();
  const found = turns.flatMap(({ id }) =>
    items.placed(id).flatMap(({ item }): JsonObject[] => {
      const text = saidIn(item);
      const start = term === '' ? -1 : text.toLowerCase().indexOf(term);
      const turn = { turnId: id, place: items.beginOf(id) };
      const turnCursor = cursorAt(turn, { threadId, scope: 'turns', isPaginated: true }, true);
      const snippetMatchRange = { start, end: start + term.length };
      return start < 0 ? [] : [{ turnId: id, itemId: item.id ?? '', snippet: text, snippetMatchRange, turnCursor }];
    }),
  );
  return [{ kind: 'response', result: { data: found.slice(0, limit ?? ITEMS), nextCursor: null } }];
}

/** The same of a paginated thread; of others, and of those that there are not, Codex does not know it. @throws {RequestError} */
export async function readPaginated(threadId: string, method: string, server: ServerState): Promise<ReadTurns> {
  const read = await readTurns(threadId, server).catch((error: unknown) => {
    if (error instanceof RequestError && UNREADABLE.test(error.message)) return null;
    throw error;
  });
  if (!read?.isPaginated) throw new RequestError(`${method} is not supported yet`, METHOD_NOT_FOUND);
  return read;
}

/** The turns of a thread, with what stands in them. */
export interface ReadTurns {
  readonly threadId: string;
  readonly turns: readonly Turn[];
  readonly items: ThreadItems;
  readonly isPaginated: boolean;
}

/** A page of turns, as `thread/turns/list` and a resume give it. @throws {RequestError} */
export function turnsPage(
  { threadId, turns, items, isPaginated }: ReadTurns,
  request: TurnsPageRequest,
  server: ServerState,
): JsonObject {
  const all = turns.map((turn, i) => ({ turn, turnId: turn.id, place: placeOf(turn, i, items) }));
  const { rows, ...cursors } = pageOf(all, request, { threadId, scope: 'turns', isPaginated, usual: TURNS });
  return { data: rows.map(({ turn }) => shownTurn(turn, items, request.itemsView, server)), ...cursors };
}

/** The cursors that pages go backwards from, the newest turn and item first; null where there is none. */
export function backwardsCursors({ threadId, turns, items, isPaginated }: ReadTurns): JsonObject {
  if (!isPaginated) return { turnsBackwardsCursor: null, itemsBackwardsCursor: null };
  const lastTurn = turns.at(-1);
  const placed = turns.flatMap(({ id }) => items.placed(id));
  const [first, ...others] = placed;
  const lastItem = first && others.reduce((last, item) => (item.place > last.place ? item : last), first);
  const at = lastTurn && { turnId: lastTurn.id, place: placeOf(lastTurn, turns.length - 1, items) };
  return {
    turnsBackwardsCursor: at ? cursorAt(at, { threadId, scope: 'turns', isPaginated }, true) : null,
    itemsBackwardsCursor: lastItem ? cursorAt(lastItem, itemsOf(threadId), true) : null,
  };
}

function itemsOf(threadId: string) {
  return { threadId, scope: 'itemsByCreatedAtOrdinal', isPaginated: true } as const;
}

function placeOf({ id }: Turn, i: number, items: ThreadItems): number {
  const place = items.beginOf(id);
  return place < 0 ? i : place;
}

async function readTurns(asked: string, server: ServerState): Promise<ReadTurns> {
  const { store, era, wireKeys } = server;
  const threadId = checkedThreadId(asked);
  const running = server.threads.get(threadId);
  if (running && !running.isKept) throw notMaterialized(threadId);
  const path = running?.rollout?.path ?? (await store.find(threadId));
  if (path === undefined) throw new RequestError(`thread not loaded: ${threadId}`);
  return server.rolloutQueue.run(path, async () => {
    const items = new ThreadItems(era, wireKeys);
    const facts = await store.read(path, {}, [items]);
    const error = loadError(facts, era, path);
    if (error) throw new RequestError(error.message, error.code);
    const { isPaginated } = facts;
    return { threadId, turns: [...interruptStale(clientTurns(facts, 'used'))], items, isPaginated };
  });
}

function notMaterialized(threadId: string): RequestError {
  const why = 'is not materialized yet; thread/turns/list is unavailable before first user message';
  return new RequestError(`thread ${threadId} ${why}`);
}
