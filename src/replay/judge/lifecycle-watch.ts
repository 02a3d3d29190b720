import { isJsonObject, type JsonObject, type JsonValue, memberAt } from '../../json/json-value.ts';
import type { Lifecycle } from '../../lifecycle/outcome.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { isLifecycleRequest, methodOf } from './exchange.ts';

/** A resume, rejoin or fork in a stream of messages, with what came of it so far. */
export interface WatchedLifecycle {
  readonly request: TranscriptEntry;
  readonly lifecycle: Lifecycle;
  /** The thread that was asked for. */
  readonly requestedThread: string;
  /** The client wants no usage. */
  readonly optsOut: boolean;
  /** What belongs to it, without the large bodies that no verdict needs. */
  readonly entries: readonly TranscriptEntry[];
  readonly answer: TranscriptEntry | null;
  /** Whether there were other connections meanwhile. */
  readonly observed: boolean;
  /** Why nothing more belongs to it; null while something may. */
  readonly over: 'next' | 'closed' | null;
}

export interface LifecycleHooks {
  /** It was answered: now is the time to read the rollout. */
  readonly answered: (lifecycle: WatchedLifecycle) => void;
  /** Nothing more belongs to it. */
  readonly over: (lifecycle: WatchedLifecycle) => void;
}

interface Open extends WatchedLifecycle {
  entries: TranscriptEntry[];
  answer: TranscriptEntry | null;
  observed: boolean;
  over: 'next' | 'closed' | null;
  /** The same thread was asked for again on the same connection. */
  successor: Open | null;
}

/** After a request of these, what a thread spends is no replay any more. */
const SPENDING = new Set(['turn/start', 'review/start', 'thread/compact/start']);
/** So much may belong to one lifecycle. */
const MOST_ENTRIES = 1_000;
const USAGE = 'thread/tokenUsage/updated';

/**
 * Finds the lifecycles in a stream of messages, however many at once and on however many connections, and what belongs to
 * each: what its connection received about it until the client goes on, and usage that others received of it.
 */
export class LifecycleWatch {
  readonly #hooks: LifecycleHooks;
  readonly #open: Open[] = [];
  readonly #connections = new Set<string>();
  readonly #optedOut = new Set<string>();
  /** Threads that the server runs: a resume of one is a rejoin. */
  readonly #running = new Set<string>();
  /** Requests that wait for an answer, by connection and id. */
  readonly #asked = new Map<string, { readonly method: string; readonly thread: string }>();
  /** Threads of which a turn was asked for, and those of which one runs. */
  readonly #spending = new Set<string>();
  readonly #busy = new Set<string>();

  constructor(hooks: LifecycleHooks) {
    this.#hooks = hooks;
  }

  add(entry: TranscriptEntry): void {
    this.#connections.add(entry.connection);
    if (entry.direction === 'sent') this.#sent(entry);
    else this.#received(entry);
  }

  /** A client has gone. */
  closed(connection: string): void {
    this.#connections.delete(connection);
    for (const each of this.#open.filter(({ request }) => request.connection === connection)) this.#end(each, 'closed');
  }

  /** Nothing more comes. */
  end(): void {
    for (const each of [...this.#open]) this.#end(each, 'closed');
  }

  #sent(entry: TranscriptEntry): void {
    const { connection, message } = entry;
    const method = methodOf(message);
    if (method === undefined) return;
    const params = memberAt(message, 'params');
    const thread = String(memberAt(params, 'threadId') ?? '');
    const id = memberAt(message, 'id');
    if (id !== undefined) this.#asked.set(keyOf(connection, id), { method, thread });
    if (SPENDING.has(method)) this.#spending.add(thread);
    if (method === 'initialize' && optsOut(params)) this.#optedOut.add(connection);
    if (isLifecycleRequest(entry) && connection !== 'observer') this.#begin(entry, thread);
  }

  #begin(request: TranscriptEntry, requestedThread: string): void {
    const isFork = methodOf(request.message) === 'thread/fork';
    const begun: Open = {
      request: { ...request, message: essence(request.message) },
      lifecycle: isFork ? 'fork' : this.#running.has(requestedThread) ? 'rejoin' : 'resume',
      requestedThread,
      optsOut: this.#optedOut.has(request.connection),
      entries: [],
      answer: null,
      observed: this.#connections.size > 1,
      over: null,
      successor: null,
    };
    begun.entries.push(begun.request);
    for (const each of this.#open.filter((earlier) => isSame(earlier, begun))) {
      if (each.answer && each.entries.some(isUsage)) this.#end(each, 'next');
      else each.successor ??= begun;
    }
    this.#open.push(begun);
  }

  #received(entry: TranscriptEntry): void {
    const { connection, message } = entry;
    const method = methodOf(message);
    const id = memberAt(message, 'id');
    const isAnswer = method === undefined && id !== undefined && entry.problem === undefined;
    const asked = isAnswer ? this.#asked.get(keyOf(connection, id)) : undefined;
    if (isAnswer) this.#asked.delete(keyOf(connection, id));
    this.#followThreads(entry, asked);
    const slim = { ...entry, message: essence(message) };
    for (const each of [...this.#open]) this.#show(each, slim, asked === undefined || !isAnswer);
  }

  /** Which threads run, and where a turn that was asked for begins. */
  #followThreads({ message }: TranscriptEntry, asked: { method: string; thread: string } | undefined): void {
    const method = methodOf(message);
    const started = memberAt(message, 'result', 'thread', 'id');
    if (asked && /^thread\/(?:start|resume|fork)$/.test(asked.method) && typeof started === 'string') {
      this.#running.add(started);
    }
    const thread = asked ? asked.thread : String(memberAt(message, 'params', 'threadId') ?? '');
    if (method === 'thread/closed' || method === 'thread/archived') this.#running.delete(thread);
    if (method === 'turn/started') this.#busy.add(thread);
    if (method === 'turn/completed') this.#busy.delete(thread);
    const begins = method === 'turn/started' || (asked && SPENDING.has(asked.method));
    if (!begins || !this.#spending.has(thread)) return;
    for (const each of this.#open.filter((open) => open.answer && threadOf(open) === thread)) this.#end(each, 'next');
    this.#spending.delete(thread);
  }

  /** `isUnasked`: it is no answer to a request. */
  #show(open: Open, entry: TranscriptEntry, isUnasked: boolean): void {
    const { request } = open;
    if (entry.connection !== request.connection) {
      open.observed = true;
      const isTheirs = this.#open.some((other) => isSame(other, { ...open, request: entry }));
      // Until the answer nobody knows the thread of a fork.
      const isAbout = !open.answer || memberAt(entry.message, 'params', 'threadId') === threadOf(open);
      if (isUsage(entry) && !isTheirs && isAbout) open.entries.push(entry);
      return;
    }
    const isAnswer =
      methodOf(entry.message) === undefined && memberAt(entry.message, 'id') === memberAt(request.message, 'id');
    if (isAnswer && !open.answer && !isUnasked) {
      open.answer = entry;
      open.entries.push(entry);
      open.entries = open.entries.filter(
        ({ connection, message: said }) =>
          connection === request.connection || memberAt(said, 'params', 'threadId') === threadOf(open),
      );
      for (const each of this.#open.filter(({ successor }) => successor === open)) this.#end(each, 'next');
      this.#hooks.answered(open);
    } else if (isUnasked && isTelling(open, entry) && !this.#isOfAnother(open, entry)) {
      open.entries.push(entry);
    }
    if (open.entries.length > MOST_ENTRIES) this.#end(open, 'next');
  }

  /**
   * Whether it is usage that has another reason: of another thread, of a turn that runs while the thread is rejoined, or of an
   * earlier request that was answered, when the client has gone on before it came.
   */
  #isOfAnother(open: Open, entry: TranscriptEntry): boolean {
    const thread = memberAt(entry.message, 'params', 'threadId');
    if (!isUsage(entry) || typeof thread !== 'string') return false;
    if (thread === threadOf(open)) {
      if (this.#busy.has(thread)) return !open.answer || open.entries.some(isUsage);
      const isWhatWasDue = (other: Open) => other.successor === open && other.entries.find(isUsage) === entry;
      return !open.answer && this.#open.some(isWhatWasDue);
    }
    const isTheirs = (other: Open) =>
      other !== open && other.request.connection === entry.connection && threadOf(other) === thread;
    return this.#busy.has(thread) || this.#open.some(isTheirs);
  }

  #end(open: Open, why: 'next' | 'closed'): void {
    const place = this.#open.indexOf(open);
    if (place < 0) return;
    this.#open.splice(place, 1);
    open.over = why;
    this.#hooks.over(open);
  }
}

function keyOf(connection: string, id: JsonValue): string {
  return `${connection} ${typeof id} ${id}`;
}

function isSame(
  one: Pick<Open, 'request' | 'requestedThread'>,
  other: Pick<Open, 'request' | 'requestedThread'>,
): boolean {
  return one.request.connection === other.request.connection && one.requestedThread === other.requestedThread;
}

/** The thread in the answer. */
function threadOf({ answer, requestedThread }: Open): string {
  const id = memberAt(answer?.message, 'result', 'thread', 'id');
  return typeof id === 'string' ? id : requestedThread;
}

function isUsage({ message }: TranscriptEntry): boolean {
  return methodOf(message) === USAGE;
}

/** Whether a verdict may depend on a message that nobody asked for. Of what a turn makes, one is enough. */
function isTelling({ entries }: Open, { message, problem }: TranscriptEntry): boolean {
  const method = methodOf(message);
  if (problem !== undefined || method === undefined) return true;
  // What the server asks the client is not part of it.
  if (memberAt(message, 'id') !== undefined) return method === USAGE;
  if (!method.startsWith('item/')) return /^(?:thread|turn)\//.test(method);
  const thread = memberAt(message, 'params', 'threadId');
  return !entries.some(
    (entry) => methodOf(entry.message)?.startsWith('item/') && memberAt(entry.message, 'params', 'threadId') === thread,
  );
}

function optsOut(params: JsonValue | undefined): boolean {
  const methods = memberAt(params, 'capabilities', 'optOutNotificationMethods');
  return Array.isArray(methods) && methods.includes(USAGE);
}

/** A message without what is large in it: texts, items, and all that no verdict looks at. */
function essence(message: JsonValue): JsonValue {
  if (!isJsonObject(message)) return message;
  const thread = memberAt(message, 'result', 'thread');
  if (isJsonObject(thread)) return { ...message, result: { thread: slimThread(thread) } };
  const params = memberAt(message, 'params');
  const started = memberAt(params, 'thread');
  const turn = memberAt(params, 'turn');
  if (!isJsonObject(params)) return message;
  const { item: _, ...rest } = params;
  return {
    ...message,
    params: {
      ...rest,
      ...(isJsonObject(started) && { thread: slimThread(started) }),
      ...(isJsonObject(turn) && { turn: slim(turn, ['id', 'status']) }),
    },
  };
}

function slimThread(thread: JsonObject): JsonObject {
  const { turns } = thread;
  const slimmed = Array.isArray(turns)
    ? { turns: turns.map((turn: JsonValue) => (isJsonObject(turn) ? slim(turn, ['id', 'status']) : turn)) }
    : slim(thread, ['turns']);
  return { ...slim(thread, ['id', 'path', 'forkedFromId']), ...slimmed };
}

function slim(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}
