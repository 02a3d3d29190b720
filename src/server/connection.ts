import { jsonText } from '../json/json-text.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { Channel } from '../wire/channel.ts';
import { now } from './clock.ts';
import type { Request } from './request.ts';
import type { RequestError } from './request-error.ts';

/** What a client said of itself in `initialize`. */
export interface Client {
  readonly name: string;
  readonly experimentalApi: boolean;
  /** Methods of notifications that it does not want. */
  readonly optsOutOf: readonly string[];
}

/** One client's connection. What is sent on one that has ended is lost. */
export class ClientConnection {
  readonly #channel: Channel;
  readonly #stampsNotifications: boolean;
  #client: Client | null = null;
  readonly #closing = new AbortController();
  readonly #questions = new Map<number, (result: JsonValue | undefined) => void>();
  #asked = 0;

  /** `stampsNotifications`: they say when they were sent. */
  constructor(channel: Channel, stampsNotifications: boolean) {
    this.#channel = channel;
    this.#stampsNotifications = stampsNotifications;
  }

  /** Who is there; null before `initialize`. */
  get client(): Client | null {
    return this.#client;
  }

  introduce(client: Client): void {
    this.#client = client;
  }

  optsOutOf(method: string): boolean {
    return this.#client?.optsOutOf.includes(method) ?? false;
  }

  /** Sends the result of the request `id`; fulfils, like all of these, when more can be taken. */
  answer(id: Request['id'], result: JsonObject): Promise<void> {
    return this.sendText(jsonText({ id, result }));
  }

  refuse(id: Request['id'], { code, message }: RequestError): Promise<void> {
    return this.sendText(jsonText({ error: { code, message }, id }));
  }

  /** Sends a notification, unless the client does not want its kind. */
  async notify(method: string, params: JsonObject): Promise<void> {
    if (this.optsOutOf(method)) return;
    const stamp = this.#stampsNotifications ? { emittedAtMs: now() } : {};
    await this.sendText(jsonText({ method, params, ...stamp }));
  }

  /** Asks the client; fulfils with its answer, or without one when the connection has ended. */
  ask(method: string, params: JsonObject): Promise<{ readonly requestId: number | null; readonly result: JsonValue }> {
    const requestId = this.#asked++;
    return new Promise((resolve) => {
      this.#questions.set(requestId, (result) =>
        resolve({ requestId: result === undefined ? null : requestId, result: result ?? null }),
      );
      void this.sendText(jsonText({ id: requestId, method, params }));
    });
  }

  /** The client answered what it was asked; one that it was never asked is no matter. */
  answered({ id, result }: JsonObject): void {
    if (typeof id !== 'number') return;
    this.#questions.get(id)?.(result ?? null);
    this.#questions.delete(id);
  }

  /** The connection has ended: what the client was asked stays without an answer. */
  ended(): void {
    for (const leave of this.#questions.values()) leave(undefined);
    this.#questions.clear();
  }

  async sendText(text: string): Promise<void> {
    if (!this.closing.aborted) await this.#channel.send(text);
  }

  /** Aborted when this side closes it. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.#channel.close();
  }
}
