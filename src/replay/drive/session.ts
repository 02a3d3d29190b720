import { Connection } from '../../client/connection.ts';
import { untilQuiet } from '../../client/quiet.ts';
import type { JsonObject } from '../../json/json-value.ts';
import type { Lifecycle } from '../../lifecycle/outcome.ts';
import { ServerFailure } from '../../wire/server-failure.ts';
import type { Transcript } from '../../wire/transcript.ts';
import type { Deadlines } from './deadlines.ts';
import type { RunningServer } from './server.ts';
import { identityOf, type ServerIdentity } from './server-identity.ts';

/** A lifecycle of a thread, as a client asks for it. */
export interface Scenario {
  readonly lifecycle: Lifecycle;
  readonly threadId: string;
  /** Of the request, besides the thread. */
  readonly params: JsonObject;
  /** Threads that the server must have met before: what it meets first it may refuse for its model provider. */
  readonly met: readonly string[];
  /** Threads that the server must have loaded before: in a new home Codex does not know what a paginated fork inherits. */
  readonly ancestors: readonly string[];
  readonly observer: boolean;
}

/** How listening came to its end: nothing more came, a connection ended, or it never fell quiet. */
export type Ending = 'quiet' | 'closed' | 'noisy';

/** What came of a run, besides its transcript. `ending`: null when it never came to listening. */
export interface Run {
  readonly ending: Ending | null;
  /** Why it is not to be relied on, if it is not. */
  readonly failure: ServerFailure | null;
}

const EXPERIMENTAL = { experimentalApi: true } as const;

/** `ms`, or what is left of the whole run, if that is less. In milliseconds, at least 1. */
function atMost(ms: number, { totalMs }: Deadlines, { nowMs }: Transcript): number {
  return Math.max(1, Math.min(ms, Math.round(totalMs - nowMs)));
}

/** Two connections to a server, of which the second may be missing. */
export class Session {
  readonly identity: ServerIdentity;
  readonly #transcript: Transcript;
  readonly #deadlines: Deadlines;
  readonly #client: Connection;
  readonly #observer: Connection | undefined;

  private constructor(
    identity: ServerIdentity,
    transcript: Transcript,
    deadlines: Deadlines,
    client: Connection,
    observer: Connection | undefined,
  ) {
    this.identity = identity;
    this.#transcript = transcript;
    this.#deadlines = deadlines;
    this.#client = client;
    this.#observer = observer;
  }

  /** Connects and shakes hands. @throws {ServerFailure} */
  static async open(
    server: RunningServer,
    observer: boolean,
    clientVersion: string,
    transcript: Transcript,
    deadlines: Deadlines,
  ): Promise<Session> {
    const params = {
      clientInfo: { name: 'rollout-inspect', title: null, version: clientVersion },
      capabilities: EXPERIMENTAL,
    };
    const initializeMs = () => atMost(deadlines.initializeMs, deadlines, transcript);
    const client = new Connection(await server.connect(), 'client', transcript);
    const { userAgent } = await client.initialize(params, initializeMs());
    let second: Connection | undefined;
    if (observer) {
      second = new Connection(await server.connect(), 'observer', transcript);
      await second.initialize(params, initializeMs());
    }
    const identity = identityOf(typeof userAgent === 'string' ? userAgent : '');
    return new Session(identity, transcript, deadlines, client, second);
  }

  /**
   * Runs the lifecycle and listens until nothing more comes; `onAnswer` is called in between. Never throws: a failure is a part
   * of what came of it.
   */
  async run({ lifecycle, threadId, params, met, ancestors }: Scenario, onAnswer = () => {}): Promise<Run> {
    try {
      for (const thread of met) await this.#client.request('thread/read', { threadId: thread }, this.#requestMs());
      for (const ancestor of ancestors) {
        const params = { threadId: ancestor, excludeTurns: true };
        await this.#client.request('thread/resume', params, this.#requestMs());
      }
      if (lifecycle === 'rejoin') await this.#attachObserver(threadId);
      if (met.length + ancestors.length > 0) await this.#settle();
      const method = lifecycle === 'fork' ? 'thread/fork' : 'thread/resume';
      await this.#client.request(method, { threadId, ...params }, this.#requestMs());
      onAnswer();
      return await this.#listen();
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error;
      return { ending: this.#client.failure ? 'closed' : null, failure: error };
    }
  }

  /** Has the server load a thread, so that its database knows the thread's turns. @throws {ServerFailure} */
  async load(threadId: string): Promise<void> {
    await this.#client.request('thread/resume', { threadId, excludeTurns: true }, this.#deadlines.requestMs);
  }

  /**
   * Makes the thread a running one. What that brings must be over before the client rejoins. If the server refuses it, it
   * will refuse the client as well.
   */
  async #attachObserver(threadId: string): Promise<void> {
    if (!this.#observer) throw new ServerFailure('a rejoin needs a second connection');
    await this.#observer.request('thread/resume', { threadId }, this.#requestMs());
    await this.#settle();
  }

  #requestMs(): number {
    return atMost(this.#deadlines.requestMs, this.#deadlines, this.#transcript);
  }

  /** Listens until what was done before the request is over. @throws {ServerFailure} when that does not come */
  async #settle(): Promise<void> {
    const { failure } = await this.#listen();
    if (failure) throw failure;
  }

  async #listen(): Promise<Run> {
    const connections = this.#observer ? [this.#client, this.#observer] : [this.#client];
    const { quietMs, totalMs } = this.#deadlines;
    const ending = await untilQuiet(this.#transcript, connections, quietMs, totalMs - this.#transcript.nowMs);
    const failed = connections.find(({ failure }) => failure)?.failure ?? null;
    if (ending === 'noisy')
      return { ending, failure: new ServerFailure(`the server never fell quiet in ${totalMs} ms`) };
    return { ending, failure: failed };
  }

  async close(): Promise<void> {
    await Promise.all([this.#client.close(), this.#observer?.close()]);
  }
}
