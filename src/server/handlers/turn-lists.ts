import type { JsonObject } from '../../json/json-value.ts';
import { clientTurns } from '../../lifecycle/facts.ts';
import { loadError } from '../../lifecycle/load-error.ts';
import { interruptStale } from '../../turns/turn-projection.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import { ThreadItems } from '../store/thread-items.ts';
import { turnJson } from '../wire-json.ts';
import { checkedThreadId } from './locate.ts';

/** A page of a list. */
interface Page {
  /** The place behind the last element of the page before. */
  readonly cursor: string | null;
  readonly limit: number | null;
  readonly isAscending: boolean;
}

const TURNS = 25;
const ITEMS = 100;

/** `thread/turns/list`: the turns of a thread with their items, the newest first unless asked otherwise. @throws {RequestError} */
export async function listTurns(request: Page & { readonly threadId: string }, call: Call): Promise<Step[]> {
  const turns = await turnsOf(request.threadId, call);
  const rows = turns.map(({ turn, items }) => turnJson(turn, items));
  return [{ kind: 'response', result: paged(rows, request, TURNS) }];
}

/** `thread/items/list`: the items of a thread, or of one of its turns, the oldest first unless asked otherwise. @throws {RequestError} */
export async function listItems(
  request: Page & { readonly threadId: string; readonly turnId: string | null },
  call: Call,
): Promise<Step[]> {
  const turns = (await turnsOf(request.threadId, call)).filter(
    ({ turn }) => request.turnId === null || turn.id === request.turnId,
  );
  const rows = turns.flatMap(({ turn, items }) => items.map((item): JsonObject => ({ turnId: turn.id, item })));
  return [{ kind: 'response', result: paged(rows, request, ITEMS) }];
}

async function turnsOf(threadId: string, { server }: Call) {
  const { store, era } = server;
  const id = checkedThreadId(threadId);
  const path = server.threads.get(id)?.rollout?.path ?? (await store.find(id));
  if (path === undefined) throw new RequestError(`thread not loaded: ${id}`);
  return server.rolloutQueue.run(path, async () => {
    const items = new ThreadItems(era);
    const facts = await store.read(path, {}, [items]);
    const error = loadError(facts, era, path);
    if (error) throw new RequestError(error.message, error.code);
    return interruptStale(clientTurns(facts, 'used')).map((turn) => ({ turn, items: items.of(turn.id) }));
  });
}

function paged(all: readonly JsonObject[], { cursor, limit, isAscending }: Page, usual: number): JsonObject {
  const ordered = isAscending ? all : [...all].reverse();
  const start = cursor === null ? 0 : Number(cursor);
  if (!Number.isSafeInteger(start) || start < 0) throw new RequestError(`invalid cursor: ${cursor}`);
  const data = ordered.slice(start, start + (limit ?? usual));
  const end = start + data.length;
  return { data, nextCursor: end < ordered.length ? String(end) : null, backwardsCursor: null };
}
