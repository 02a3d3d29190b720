import { jsonText } from '../../json/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';

/** Something that a client said, and what it was told until it said the next thing. */
export interface Recorded {
  /** What has to be said again for this to be told; of a client's answer: `answer`. */
  readonly key: string;
  readonly said: JsonObject;
  readonly told: readonly JsonObject[];
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** What each connection of a transcript said and was told, by its name, in the order in which they first speak. */
export function recordedSessions(entries: readonly TranscriptEntry[]): Map<string, Recorded[]> {
  const sessions = new Map<string, (Recorded & { told: JsonObject[] })[]>();
  for (const { connection, direction, message } of entries) {
    const session = sessions.get(connection) ?? [];
    sessions.set(connection, session);
    if (!isJsonObject(message)) continue;
    if (direction === 'sent') session.push({ key: keyOf(message), said: message, told: [] });
    else session.at(-1)?.told.push(message);
  }
  return sessions;
}

/**
 * What makes two messages of a client the same: the method, and the params but for ids and times. What a client says of itself
 * when it shakes hands does not matter.
 */
export function keyOf({ method, params, id }: JsonObject): string {
  if (typeof method !== 'string') return 'answer';
  const kind = id === undefined ? 'notification' : 'request';
  if (method === 'initialize') return `${kind} ${method}`;
  return `${kind} ${method} ${jsonText(sorted(params ?? {}))
    .replace(UUID, '<id>')
    .replace(TIME, '<time>')}`;
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
