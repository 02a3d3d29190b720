import { JsonError } from '../json/grammar.ts';
import { jsonText } from '../json/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue, jsonValue } from '../json/json-value.ts';
import type { Channel } from '../wire/channel.ts';
import { excerpt } from '../wire/excerpt.ts';
import { FloodGuard, type FloodLimits } from '../wire/flood-guard.ts';
import { type Answer, type Reading, type RequestId, readMessage } from '../wire/rpc-message.ts';
import { ServerFailure } from '../wire/server-failure.ts';
import { type ConnectionName, type Transcript, UNREADABLE_SHOWN } from '../wire/transcript.ts';
import { within } from '../wire/within.ts';
import { answerToServer } from './server-requests.ts';

const OVERLOADED = -32001;
const MOST_RETRIES = 5;
const FIRST_PAUSE_MS = 100;
const CLOSE_MS = 2_000;
/** Of all that comes over one connection, since all of it is kept. */
const LIMITS: FloodLimits = { messages: 100_000, bytes: 256 * 1024 * 1024, values: 10_000_000 };

interface Waiting {
  readonly what: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: ServerFailure) => void;
}

/** What the two sides say about themselves when they meet. */
export interface InitializeParams {
  readonly clientInfo: JsonObject;
  readonly capabilities: JsonObject;
}

/**
 * A client's connection to an app-server: our requests and their answers. Everything that is sent or received goes into
 * the transcript, where whoever waits for notifications finds them. What the server may not say is marked there and
 * otherwise passed over; what it asks of us is answered at once, and never with yes.
 */
export class Connection {
  /** Fulfils when nothing more comes or goes, for whatever reason. Never rejects. */
  readonly ended: Promise<void>;
  readonly #channel: Channel;
  readonly #name: ConnectionName;
  readonly #transcript: Transcript;
  readonly #flood = new FloodGuard('server', LIMITS);
  readonly #waiting = new Map<RequestId, Waiting>();
  readonly #answered = new Set<RequestId>();
  #lastId = 0;
  #over = false;
  #isClosing = false;
  #failure: ServerFailure | null = null;
  #end = () => {};

  constructor(channel: Channel, name: ConnectionName, transcript: Transcript) {
    this.#channel = channel;
    this.#name = name;
    this.#transcript = transcript;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    void this.#read();
  }

  /** Why the connection ended; null while it has not, and when we closed it. */
  get failure(): ServerFailure | null {
    return this.#failure;
  }

  /**
   * Shakes hands, which comes before everything else, and returns what the server says about itself.
   * @throws {ServerFailure} when it refuses, or as `request` does
   */
  async initialize({ clientInfo, capabilities }: InitializeParams, timeoutMs: number): Promise<JsonObject> {
    const answer = await this.request('initialize', { clientInfo, capabilities }, timeoutMs);
    if ('error' in answer) {
      throw new ServerFailure(`the server refused initialize: ${excerpt(answer.error.message)} (${answer.error.code})`);
    }
    if (!isJsonObject(answer.result)) throw new ServerFailure('the server answered initialize with something else');
    this.#send({ method: 'initialized' });
    return answer.result;
  }

  /**
   * Sends a request and returns the answer, an error too. A server that says it is overloaded is asked again, up to five
   * times, while `timeoutMs` last; each time counts as a request of its own.
   * @throws {ServerFailure} when no answer comes for `timeoutMs`, a malformed one does, or the connection ends before
   */
  async request(method: string, params: JsonObject, timeoutMs: number): Promise<Answer> {
    const deadline = performance.now() + timeoutMs;
    for (let retries = 0; ; retries++) {
      const answer = await this.#ask(method, params, deadline, timeoutMs);
      const pause = FIRST_PAUSE_MS * 2 ** retries * (0.5 + Math.random());
      const isOverloaded = 'error' in answer && answer.error.code === OVERLOADED;
      if (!isOverloaded || retries === MOST_RETRIES || performance.now() + pause >= deadline) return answer;
      await within(this.ended, pause);
    }
  }

  /**
   * Ends the connection; what the server says until then is recorded. Who waits for an answer gets none. Never rejects.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    await within(Promise.all([this.#channel.close(), this.ended]), CLOSE_MS);
    this.#finish(null);
  }

  async #ask(method: string, params: JsonObject, deadline: number, timeoutMs: number): Promise<Answer> {
    const id = ++this.#lastId;
    const what = `${method} (id ${id})`;
    if (this.#over) throw this.#unanswered(what);
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.set(id, { what, resolve, reject }));
    this.#send({ id, method, params });
    const inTime = await within(answer, deadline - performance.now());
    if (inTime) return inTime;
    this.#waiting.delete(id);
    throw new ServerFailure(`no answer to ${what} within ${timeoutMs} ms`);
  }

  #unanswered(what: string): ServerFailure {
    const reason = this.#failure?.message ?? 'the connection was closed';
    return new ServerFailure(`no answer to ${what}: ${reason}`, {
      ...(this.#failure?.hint === undefined ? {} : { hint: this.#failure.hint }),
      cause: this.#failure,
    });
  }

  #send(message: JsonObject): void {
    const text = jsonText(message);
    this.#transcript.add({
      connection: this.#name,
      direction: 'sent',
      // What went out is what the other side can read of it.
      message: jsonValue(Buffer.from(text)),
    });
    // Not waited for: whoever waits for the answer has a deadline, and a server that does not read gives none.
    void this.#channel.send(text);
  }

  async #read(): Promise<void> {
    try {
      for await (const text of this.#channel.incoming) {
        if (this.#over) return;
        this.#flood.count(text);
        this.#receive(text);
      }
      this.#finish(new ServerFailure('the server closed the connection'));
    } catch (error) {
      this.#finish(error instanceof ServerFailure ? error : new ServerFailure('cannot go on', { cause: error }));
      void this.#channel.close();
    }
  }

  #receive(text: Buffer): void {
    let message: JsonValue;
    try {
      message = jsonValue(text);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      this.#record(beginning(text), `not JSON: ${error.message} at byte ${error.offset}`);
      return;
    }
    const reading = readMessage(message);
    this.#record(message, this.#problemOf(reading));
    this.#act(reading);
  }

  #record(message: JsonValue, problem: string | undefined): void {
    this.#transcript.add({
      connection: this.#name,
      direction: 'received',
      message,
      ...(problem === undefined ? {} : { problem }),
    });
  }

  #problemOf(reading: Reading): string | undefined {
    if (reading.kind === 'defect') return reading.problem;
    if (reading.kind !== 'answer') return undefined;
    const { id } = reading;
    const shown = typeof id === 'string' ? excerpt(JSON.stringify(id), 50) : id;
    if (typeof id !== 'number' || id < 1 || id > this.#lastId) return `an answer to ${shown}, which was never sent`;
    return this.#answered.has(id) ? `a second answer to ${shown}` : undefined;
  }

  #act(reading: Reading): void {
    if (reading.kind === 'notification') return;
    if (reading.kind === 'request') {
      this.#send({ id: reading.id, ...answerToServer(reading.method) });
      return;
    }
    if (reading.id === undefined) return;
    const waiting = this.#waiting.get(reading.id);
    this.#waiting.delete(reading.id);
    if (reading.kind === 'answer') {
      this.#answered.add(reading.id);
      waiting?.resolve(reading.answer);
    } else {
      waiting?.reject(new ServerFailure(`no answer to ${waiting.what}, but ${reading.problem}`));
    }
  }

  #finish(failure: ServerFailure | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#failure = this.#isClosing ? null : failure;
    for (const { what, reject } of this.#waiting.values()) reject(this.#unanswered(what));
    this.#waiting.clear();
    this.#end();
  }
}

/** The first characters of what is no JSON. */
function beginning(text: Buffer): string {
  const enough = text.subarray(0, 4 * UNREADABLE_SHOWN).toString('utf8');
  return [...enough].slice(0, UNREADABLE_SHOWN).join('');
}
