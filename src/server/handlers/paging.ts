import { isJsonObject, type JsonObject, type JsonValue, jsonValue, memberAt } from '../../json/json-value.ts';
import { RequestError } from '../request-error.ts';

/** A page of a list, as it was asked for. */
export interface PageRequest {
  /** Behind which element it begins, as an answer before said it. */
  readonly cursor: string | null;
  readonly limit: number | null;
  readonly isAscending: boolean;
}

/** A list that is given page by page. */
export interface PagedList {
  readonly threadId: string;
  readonly scope: 'turns' | 'itemsByCreatedAtOrdinal';
  /** Cursors of a paginated thread name ordinals, those of a legacy one turns. */
  readonly isPaginated: boolean;
  /** How many rows a page has, where the client names no limit. */
  readonly usual: number;
}

/** An element of a list, which names its turn. */
export interface PagedRow {
  readonly turnId: string;
  /** The rows of a list stand in the order of their places. */
  readonly place: number;
}

/** A page, and where the lists before and behind it go on; null where there is nothing. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
  readonly backwardsCursor: string | null;
}

const LARGEST_PAGE = 100;

/** A page of `all`. @throws {RequestError} when the cursor is none of this list */
export function pageOf<Row extends PagedRow>(
  all: readonly Row[],
  { cursor, limit, isAscending }: PageRequest,
  list: PagedList,
): Page<Row> {
  const after = cursor === null ? null : anchorIn(cursor, all, list);
  const isBehind = ({ place }: Row) =>
    after === null || (place === after.place ? after.isIncluded : isAscending === place > after.place);
  const ordered = (isAscending ? [...all] : [...all].reverse()).filter(isBehind);
  const rows = ordered.slice(0, Math.min(Math.max(limit ?? list.usual, 1), LARGEST_PAGE));
  const [first, last] = [rows.at(0), rows.at(-1)];
  return {
    rows,
    nextCursor: last && rows.length < ordered.length ? cursorAt(last, list, false) : null,
    backwardsCursor: first ? cursorAt(first, list, true) : null,
  };
}

/** A cursor, as Codex writes them: an anchor, and whether the page holds it. */
export function cursorAt(
  { turnId, place }: PagedRow,
  { threadId, scope, isPaginated }: Omit<PagedList, 'usual'>,
  isIncluded: boolean,
): string {
  if (!isPaginated) return JSON.stringify({ turnId, includeAnchor: isIncluded });
  const anchor = { requestedThreadId: threadId, rolloutOrdinal: place, includeAnchor: isIncluded };
  return JSON.stringify({ ...anchor, scope: { kind: scope } });
}

interface Anchor {
  readonly place: number;
  readonly isIncluded: boolean;
}

function anchorIn(cursor: string, all: readonly PagedRow[], { scope, isPaginated }: PagedList): Anchor {
  const value = parsed(cursor);
  const isIncluded = memberAt(value, 'includeAnchor');
  const place = isPaginated ? ordinalIn(value, scope) : all.find(({ turnId }) => turnId === value.turnId)?.place;
  if (typeof isIncluded !== 'boolean' || place === undefined) throw new RequestError(`invalid cursor: ${cursor}`);
  return { place, isIncluded };
}

function ordinalIn(value: JsonObject, scope: string): number | undefined {
  const { rolloutOrdinal } = value;
  return typeof rolloutOrdinal === 'number' && memberAt(value, 'scope', 'kind') === scope ? rolloutOrdinal : undefined;
}

function parsed(text: string): JsonObject {
  try {
    const value: JsonValue = jsonValue(Buffer.from(text));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
