import { isJsonObject, type JsonValue, memberAt, WrittenNumber } from '../../json/json-value.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { escapeControls } from '../escape-controls.ts';

/** How two transcripts differ at one place. */
export interface Difference {
  readonly what: 'only in the first' | 'only in the second' | 'changed';
  readonly line: string;
}

interface Item {
  readonly entry: TranscriptEntry;
  /** Who says what to whom: what is aligned. */
  readonly name: string;
  readonly value: JsonValue;
}

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;
/** Members that differ from run to run and mean nothing. */
const fleeting = /^(?:emittedAtMs|.*At(?:Ms)?|durationMs|timestamp)$/;
const MOST_PATHS = 5;

/** What one transcript has and the other has not, and what differs in what both have; ids and times do not count. */
export function differences(one: readonly TranscriptEntry[], other: readonly TranscriptEntry[]): Difference[] {
  const [first, second] = [itemsOf(one), itemsOf(other)];
  return aligned(first, second).flatMap(([a, b]): Difference[] => {
    if (a && !b) return [{ what: 'only in the first', line: a.name }];
    if (b && !a) return [{ what: 'only in the second', line: b.name }];
    const paths = a && b ? pathsBetween(a.value, b.value, '') : [];
    if (!a || paths.length === 0) return [];
    const more = paths.length > MOST_PATHS ? `, and ${paths.length - MOST_PATHS} more` : '';
    return [{ what: 'changed', line: `${a.name}: ${paths.slice(0, MOST_PATHS).join(', ')}${more}` }];
  });
}

function itemsOf(entries: readonly TranscriptEntry[]): Item[] {
  const asked = new Map<string, string>();
  const ids = new Map<string, string>();
  return entries.map((entry) => {
    const { connection, direction, message } = entry;
    const id = memberAt(message, 'id');
    const method = memberAt(message, 'method');
    const asker = (direction === 'sent') === (method !== undefined) ? 'client' : 'server';
    const key = `${connection} ${asker} ${typeof id} ${id}`;
    if (typeof method === 'string' && id !== undefined) asked.set(key, method);
    const isError = memberAt(message, 'error') !== undefined;
    const said =
      typeof method === 'string' ? method : `${isError ? 'error' : 'answer'} to ${asked.get(key) ?? 'nothing'}`;
    const name = escapeControls(`${connection} ${direction === 'sent' ? '→' : '←'} ${said}`);
    return { entry, name, value: normalised(message, ids) };
  });
}

/** A value without what differs from run to run: an id is called by the place where it comes first. */
function normalised(value: JsonValue, ids: Map<string, string>): JsonValue {
  if (typeof value === 'string') {
    return value.replace(UUID, (id) => {
      const known = ids.get(id) ?? `id ${ids.size + 1}`;
      ids.set(id, known);
      return known;
    });
  }
  if (Array.isArray(value)) return value.map((each: JsonValue) => normalised(each, ids));
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([key]) => !fleeting.test(key));
  return Object.fromEntries(members.map(([key, member]) => [key, normalised(member, ids)]));
}

/** Pairs what has the same name, as many as can be in their order. */
function aligned(first: readonly Item[], second: readonly Item[]): (readonly [Item | null, Item | null])[] {
  const width = second.length + 1;
  const longest = new Uint32Array((first.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = first.length - 1; i >= 0; i--) {
    for (let j = second.length - 1; j >= 0; j--) {
      const isSame = first[i]?.name === second[j]?.name;
      longest[i * width + j] = isSame ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [Item | null, Item | null])[] = [];
  let [i, j] = [0, 0];
  while (i < first.length || j < second.length) {
    const [a, b] = [first[i] ?? null, second[j] ?? null];
    if (a && b && a.name === b.name) {
      pairs.push([a, b]);
      i++;
      j++;
    } else if (a && (!b || at(i + 1, j) >= at(i, j + 1))) {
      pairs.push([a, null]);
      i++;
    } else {
      pairs.push([null, b]);
      j++;
    }
  }
  return pairs;
}

/** Where two values differ, as `params.turn.id`. */
function pathsBetween(one: JsonValue | undefined, other: JsonValue | undefined, path: string): string[] {
  if (isJsonObject(one) && isJsonObject(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].flatMap((key) =>
      pathsBetween(memberAt(one, key), memberAt(other, key), path === '' ? key : `${path}.${key}`),
    );
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return Array.from({ length: Math.max(one.length, other.length) }, (_, i) => i).flatMap((i) =>
      pathsBetween(one[i], other[i], `${path}[${i}]`),
    );
  }
  const text = (value: JsonValue | undefined) =>
    value instanceof WrittenNumber ? value.text : `${typeof value} ${value}`;
  return text(one) === text(other) ? [] : [escapeControls(path)];
}
