import { isJsonObject, type JsonObject, type JsonValue, memberAt } from '../../json/json-value.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { type UsageUpdate, usageUpdate } from '../../wire/usage-update.ts';

/** A `thread/tokenUsage/updated` in a transcript; `update` is in words what is wrong when it cannot be decoded. */
export interface SeenUsage {
  readonly entry: TranscriptEntry;
  readonly update: UsageUpdate | string;
}

/** What a lifecycle request brought, found in a transcript. */
export interface Exchange {
  /** A `thread/resume` or `thread/fork` of a client. */
  readonly request: TranscriptEntry;
  readonly method: string;
  readonly requestedThread: string;
  readonly params: JsonObject;
  readonly answer: TranscriptEntry | null;
  readonly thread: SeenThread | null;
  readonly error: { readonly code: JsonValue; readonly message: string } | null;
  /** What the client received after it had sent the request. */
  readonly received: readonly TranscriptEntry[];
  /** The usage among these. */
  readonly usages: readonly SeenUsage[];
  /** Usage that reached a connection which had not asked for it: another one meanwhile, or the client before. */
  readonly leaked: readonly SeenUsage[];
}

export interface SeenTurn {
  readonly id: string;
  readonly status: string;
}

/** The thread of a success response, as far as it is needed. `turns`: null when there is no list of turns. */
export interface SeenThread {
  readonly id: string;
  readonly path: string | null;
  readonly turns: readonly SeenTurn[] | null;
}

const USAGE = 'thread/tokenUsage/updated';

/** The last lifecycle request of the client in a transcript and what came of it; undefined when it sent none. */
export function findExchange(entries: readonly TranscriptEntry[]): Exchange | undefined {
  const request = entries.findLast((entry) => entry.connection === 'client' && isLifecycleRequest(entry));
  return request && exchangeOf(request, entries);
}

/** Whether a client asks for a lifecycle by this message. */
export function isLifecycleRequest({ direction, message }: TranscriptEntry): boolean {
  return direction === 'sent' && isLifecycle(methodOf(message)) && hasId(message);
}

/** What came of a lifecycle request. Every other connection is an observer. */
export function exchangeOf(request: TranscriptEntry, entries: readonly TranscriptEntry[]): Exchange {
  const later = entries.filter(({ seq, direction }) => seq > request.seq && direction === 'received');
  const received = later.filter(({ connection }) => connection === request.connection);
  const id = memberAt(request.message, 'id');
  const answer = received.find(({ message }) => hasId(message) && !methodOf(message) && memberAt(message, 'id') === id);
  const params = memberAt(request.message, 'params');
  return {
    request,
    method: methodOf(request.message) ?? '',
    requestedThread: String(memberAt(params, 'threadId') ?? ''),
    params: isJsonObject(params) ? params : {},
    answer: answer ?? null,
    thread: threadOf(memberAt(answer?.message, 'result', 'thread')),
    error: errorOf(memberAt(answer?.message, 'error')),
    received,
    usages: usagesIn(received),
    leaked: [
      ...usagesIn(attachedMeanwhile(entries, request)),
      ...usagesIn(later.filter(({ connection }) => connection !== request.connection)),
    ],
  };
}

/** What the client received about the thread while the observer, which resumed it before, was being answered. */
function attachedMeanwhile(entries: readonly TranscriptEntry[], request: TranscriptEntry): TranscriptEntry[] {
  const thread = memberAt(request.message, 'params', 'threadId');
  const attached = entries.find(
    ({ connection, direction, message }) =>
      connection === 'observer' &&
      request.connection === 'client' &&
      direction === 'sent' &&
      isLifecycle(methodOf(message)),
  );
  if (!attached) return [];
  return entries.filter(
    ({ seq, connection, message }) =>
      seq > attached.seq &&
      seq < request.seq &&
      connection === 'client' &&
      memberAt(message, 'params', 'threadId') === thread,
  );
}

export function methodOf(message: JsonValue): string | undefined {
  const method = memberAt(message, 'method');
  return typeof method === 'string' ? method : undefined;
}

function isLifecycle(method: string | undefined): boolean {
  return method === 'thread/resume' || method === 'thread/fork';
}

function hasId(message: JsonValue): boolean {
  return memberAt(message, 'id') !== undefined;
}

function usagesIn(entries: readonly TranscriptEntry[]): SeenUsage[] {
  const usages = entries.filter(({ message }) => methodOf(message) === USAGE && !hasId(message));
  return usages.map((entry) => ({ entry, update: usageUpdate(memberAt(entry.message, 'params')) }));
}

function threadOf(thread: JsonValue | undefined): SeenThread | null {
  const id = memberAt(thread, 'id');
  if (typeof id !== 'string') return null;
  const path = memberAt(thread, 'path');
  const turns = memberAt(thread, 'turns');
  return {
    id,
    path: typeof path === 'string' ? path : null,
    turns: Array.isArray(turns) ? turnsOf(turns) : null,
  };
}

/** Null when one of them has no id or no status. */
function turnsOf(turns: readonly JsonValue[]): SeenTurn[] | null {
  const seen: SeenTurn[] = [];
  for (const turn of turns) {
    const id = memberAt(turn, 'id');
    const status = memberAt(turn, 'status');
    if (typeof id !== 'string' || typeof status !== 'string') return null;
    seen.push({ id, status });
  }
  return seen;
}

function errorOf(error: JsonValue | undefined): Exchange['error'] {
  if (error === undefined) return null;
  return { code: memberAt(error, 'code') ?? null, message: String(memberAt(error, 'message') ?? '') };
}
