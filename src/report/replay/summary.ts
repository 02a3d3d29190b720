import { type JsonValue, memberAt, WrittenNumber } from '../../json/json-value.ts';
import type { ConnectionName, TranscriptEntry } from '../../wire/transcript.ts';
import { escapeControls } from '../escape-controls.ts';
import { jsonText } from '../json.ts';
import { grouped } from '../numbers.ts';

/** A message in words: safe to show. */
export interface Summary {
  readonly kind: 'request' | 'response' | 'error' | 'notification' | 'unreadable';
  /** Of an answer that of the request. */
  readonly method: string;
  readonly words: string;
}

/** Of words that a server made. */
const SHOWN = 100;

/** Says what messages are, in their order: an answer is named after its request. */
export class Summarizer {
  /** Methods of requests that were sent or received, by connection, sender and id. */
  readonly #methods = new Map<string, string>();

  summarize({ connection, direction, message, problem }: TranscriptEntry): Summary {
    const id = memberAt(message, 'id');
    const method = memberAt(message, 'method');
    if (typeof method === 'string') {
      if (id !== undefined) this.#methods.set(this.#key(connection, direction, id), method);
      const kind = id === undefined ? 'notification' : 'request';
      return { kind, method: cut(method), words: wordsFor(method, memberAt(message, 'params'), problem) };
    }
    const other = direction === 'sent' ? 'received' : 'sent';
    const asked = cut(this.#methods.get(this.#key(connection, other, id)) ?? '');
    const error = memberAt(message, 'error');
    const result = memberAt(message, 'result');
    if (problem !== undefined) return { kind: 'unreadable', method: asked, words: cut(problem) };
    if (error === undefined) return { kind: 'response', method: asked, words: resultWords(result) };
    const text = `${shown(memberAt(error, 'code'))} ${shown(memberAt(error, 'message'))}`;
    return { kind: 'error', method: asked, words: cut(text) };
  }

  #key(connection: ConnectionName, direction: string, id: JsonValue | undefined): string {
    return `${connection} ${direction} ${typeof id} ${id}`;
  }
}

function wordsFor(method: string, params: JsonValue | undefined, problem: string | undefined): string {
  if (problem !== undefined) return cut(problem);
  switch (method) {
    case 'thread/tokenUsage/updated':
      return usageWords(params);
    case 'thread/started':
      return `thread ${shown(memberAt(params, 'thread', 'id'))}`;
    case 'thread/status/changed':
      return shown(memberAt(params, 'status', 'type'));
    case 'turn/started':
    case 'turn/completed':
      return `turn ${shown(memberAt(params, 'turn', 'id'))}`;
    case 'initialize':
      return `as ${shown(memberAt(params, 'clientInfo', 'name'))} ${shown(memberAt(params, 'clientInfo', 'version'))}`;
    default:
      return otherWords(params);
  }
}

function usageWords(params: JsonValue | undefined): string {
  const count = (...path: string[]) => {
    const value = memberAt(params, 'tokenUsage', ...path);
    return typeof value === 'number' || typeof value === 'bigint' ? grouped(value) : shown(value);
  };
  const window =
    memberAt(params, 'tokenUsage', 'modelContextWindow') === null ? '' : ` of ${count('modelContextWindow')}`;
  const turn = shown(memberAt(params, 'turnId')) || 'without an id';
  return `total ${count('total', 'totalTokens')}, last ${count('last', 'totalTokens')}${window}, turn ${turn}`;
}

/** What a notification or request that needs no words of its own says: its text, its thread, or its params. */
function otherWords(params: JsonValue | undefined): string {
  const text = memberAt(params, 'summary') ?? memberAt(params, 'message');
  if (typeof text === 'string') return cut(text);
  const thread = memberAt(params, 'threadId');
  if (typeof thread !== 'string') return params === undefined ? '' : compact(params);
  const rest = Object.entries(params as object).filter(([key]) => key !== 'threadId');
  return rest.length === 0 ? `thread ${shown(thread)}` : `thread ${shown(thread)} ${compact(Object.fromEntries(rest))}`;
}

function resultWords(result: JsonValue | undefined): string {
  const userAgent = memberAt(result, 'userAgent');
  if (typeof userAgent === 'string') return cut(userAgent);
  const id = memberAt(result, 'thread', 'id');
  if (typeof id !== 'string') return compact(result ?? null);
  const turns = memberAt(result, 'thread', 'turns');
  const statuses = Array.isArray(turns) ? turns.map((turn: JsonValue) => shown(memberAt(turn, 'status'))) : [];
  const counts = [...new Set(statuses)].map(
    (status) => `${statuses.filter((each) => each === status).length} ${status}`,
  );
  const each = counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  return `${statuses.length} ${statuses.length === 1 ? 'turn' : 'turns'}${each}, thread ${shown(id)}`;
}

function shown(value: JsonValue | undefined): string {
  return value === undefined || value === null ? 'none' : typeof value === 'string' ? cut(value) : compact(value);
}

function compact(value: JsonValue | Record<string, unknown>): string {
  return cut(
    jsonText(beginningOf(value, { room: 4 * SHOWN }))
      .replace(/\s*\n\s*/g, ' ')
      .trim(),
  );
}

/** As much of a value as fills so many characters of JSON: of a large one little is shown. */
function beginningOf(value: unknown, left: { room: number }): unknown {
  left.room--;
  if (typeof value === 'string') {
    const beginning = value.slice(0, Math.max(left.room, 0));
    left.room -= beginning.length;
    return beginning;
  }
  if (typeof value !== 'object' || value === null || value instanceof WrittenNumber) return value;
  const members: (readonly [string, unknown])[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (left.room <= 0) break;
    members.push([key, beginningOf(member, left)]);
  }
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

function cut(text: string): string {
  return shortened(escapeControls(text.slice(0, 4 * SHOWN)), SHOWN);
}

/** `text`, or as much of it as fits into so many characters. */
export function shortened(text: string, room: number): string {
  if (text.length <= room) return text;
  const characters = [...text];
  return characters.length <= room ? text : `${characters.slice(0, room - 1).join('')}…`;
}
