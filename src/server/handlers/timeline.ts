import { type JsonObject, jsonValue, memberAt } from '../../json/json-value.ts';
import type { Turn } from '../../turns/turn.ts';
import type { ThreadItems } from '../items/thread-items.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import { checkedThreadId } from './locate.ts';
import { readPaginated } from './turn-lists.ts';

const USUAL = 100;

/** What cursors call the kinds of entries. */
const KINDS = { turnStarted: 0, item: 1, turnCompleted: 3 } as const;

interface Entry {
  readonly kind: keyof typeof KINDS;
  readonly id: string;
  /** Its ordinal in the rollout. */
  readonly position: number;
  readonly members: JsonObject;
}

/**
 * `thread/timeline/list`: the begins, the items and the ends of turns in the order of the rollout, the last page first
 * (measured on 0.169). @throws {RequestError}
 */
export async function listTimeline(
  request: { readonly threadId: string; readonly cursor: string | null; readonly limit: number | null },
  { server }: Call,
): Promise<Step[]> {
  const path = await server.store.find(checkedThreadId(request.threadId));
  if (path !== undefined && server.store.isArchived(path))
    throw new RequestError(`thread ${request.threadId} is archived`);
  const { threadId, turns, items } = await readPaginated(request.threadId, 'thread/timeline/list', server);
  const before = request.cursor === null ? Number.POSITIVE_INFINITY : positionIn(request.cursor);
  const all = turns.flatMap((turn) => entriesOf(turn, items)).sort((a, b) => a.position - b.position);
  const older = all.filter(({ position }) => position < before);
  const entries = older.slice(-Math.min(Math.max(request.limit ?? USUAL, 1), USUAL));
  const [first] = entries;
  const isFirst = first === undefined || entries.length === older.length;
  const data = entries.map(({ kind, position, members }): JsonObject => ({ type: kind, position, ...members }));
  const nextCursor = isFirst
    ? null
    : JSON.stringify({ threadId, position: first.position, kind: KINDS[first.kind], id: first.id });
  return [{ kind: 'response', result: { data, nextCursor, activeRealtimeSessionAtPageStart: null } }];
}

function entriesOf({ id: turnId, status, startedAt, completedAt, durationMs }: Turn, items: ThreadItems): Entry[] {
  const end = items.endOf(turnId);
  const ending = { turnId, status, error: items.errorOf(turnId), startedAt, completedAt, durationMs };
  return [
    { kind: 'turnStarted', id: turnId, position: items.beginOf(turnId), members: { turnId, startedAt } },
    ...items.placed(turnId).map(({ item, place }): Entry => {
      return { kind: 'item', id: String(item.id), position: place, members: { turnId, item } };
    }),
    ...(end < 0 ? [] : [{ kind: 'turnCompleted', id: turnId, position: end, members: ending } as const]),
  ];
}

function positionIn(cursor: string): number {
  try {
    const position = memberAt(jsonValue(Buffer.from(cursor)), 'position');
    if (typeof position === 'number') return position;
  } catch {
    // No JSON is no cursor either.
  }
  throw new RequestError('invalid thread timeline cursor');
}
