import { onTestFinished } from 'vitest';
import { supportedVersion } from '../../src/codex/version.ts';
import { jsonText } from '../../src/json/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue, jsonValue, memberAt } from '../../src/json/json-value.ts';
import { EmbeddedServer } from '../../src/server/embedded-server.ts';
import { type Fault, parseFault } from '../../src/server/faults/fault.ts';
import type { ServesChannels } from '../../src/server/listen.ts';
import { inProcessChannels } from '../../src/wire/in-process-channel.ts';

const ANSWER_MS = 30_000;

/** A server of its own for one test. */
export function embeddedServer(codexHome: string, version: string, ...faults: string[]): EmbeddedServer {
  const parsed: Fault[] = faults.map(parseFault);
  const server = new EmbeddedServer({ codexHome, version: supportedVersion(version), faults: parsed });
  onTestFinished(() => server.close());
  return server;
}

/** A client at the other end of an in-process channel. */
export class TestClient {
  /** Every text received, in order. */
  readonly texts: string[] = [];
  /** What of it is a JSON object, in order. */
  readonly messages: JsonObject[] = [];
  /** Fulfils when the connection has ended. */
  readonly ended: Promise<void>;
  readonly #send: (text: string) => Promise<void>;
  readonly #close: () => Promise<void>;
  #look: () => void = () => {};
  #lastId = 0;

  constructor(server: ServesChannels) {
    const [ours, theirs] = inProcessChannels();
    this.#send = ours.send;
    this.#close = ours.close;
    void server.accept(theirs);
    this.ended = this.#receive(ours.incoming);
  }

  /** A client that has shaken hands. */
  static async ready(
    server: ServesChannels,
    capabilities: JsonObject = { experimentalApi: true },
  ): Promise<TestClient> {
    const client = new TestClient(server);
    await client.request('initialize', { clientInfo: { name: 'test', version: '1' }, capabilities });
    client.forget();
    return client;
  }

  /** `RESPONSE`, `ERROR` or the method, for each message received. */
  get stream(): string[] {
    return this.messages.map(nameOf);
  }

  /** The params of the notifications of one method. */
  params(method: string): JsonObject[] {
    return this.messages.flatMap((message) =>
      message.method === method && isJsonObject(message.params) ? [message.params] : [],
    );
  }

  /** Forgets what was received. */
  forget(): void {
    this.texts.length = 0;
    this.messages.length = 0;
  }

  send(text: string): Promise<void> {
    return this.#send(text);
  }

  /** Sends a request and returns the whole answer. */
  async request(method: string, params?: JsonValue): Promise<JsonObject> {
    const id = `request ${++this.#lastId}`;
    await this.send(jsonText({ id, method, ...(params === undefined ? {} : { params }) }));
    return this.until((message) => message.id === id);
  }

  /** Sends a request and returns all that came up to the answer to a second one, which asks for nothing. */
  async streamOf(method: string, params: JsonObject): Promise<JsonObject[]> {
    const from = this.messages.length;
    await this.send(jsonText({ id: `request ${++this.#lastId}`, method, params }));
    await this.settle();
    return this.messages
      .slice(from)
      .filter(({ error }) => !String(memberAt(error ?? null, 'message')).includes('settle'));
  }

  /** Fulfils when the server has done all that this connection asked for. */
  async settle(): Promise<void> {
    await this.request('settle');
  }

  /** The first message that `accepts` takes, received already or soon. */
  async until(accepts: (message: JsonObject) => boolean): Promise<JsonObject> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not received; but: ${this.texts.join('\n')}`)), ANSWER_MS);
    });
    const arrival = new Promise<JsonObject>((resolve) => {
      this.#look = () => {
        const found = this.messages.find(accepts);
        if (found) resolve(found);
      };
      this.#look();
    });
    return Promise.race([arrival, late]).finally(() => clearTimeout(timer));
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #receive(incoming: AsyncIterable<Buffer>): Promise<void> {
    for await (const bytes of incoming) {
      this.texts.push(bytes.toString());
      const message = parsed(bytes);
      if (isJsonObject(message)) this.messages.push(message);
      this.#look();
    }
  }
}

function parsed(bytes: Buffer): JsonValue | undefined {
  try {
    return jsonValue(bytes);
  } catch {
    return undefined;
  }
}

/** `RESPONSE`, `ERROR` or the method. */
export function nameOf({ method, error }: JsonObject): string {
  if (typeof method === 'string') return method;
  return error === undefined ? 'RESPONSE' : 'ERROR';
}
