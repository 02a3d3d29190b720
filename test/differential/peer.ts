import { jsonText } from '../../src/json/json-text.ts';
import { isJsonObject, type JsonObject, jsonValue } from '../../src/json/json-value.ts';
import type { Channel } from '../../src/wire/channel.ts';

/** A client of a server under comparison: sends requests, and keeps all that comes. */
export class Peer {
  /** What came since it was last taken, in order: answers and notifications. */
  readonly #inbox: JsonObject[] = [];
  readonly #channel: Channel;
  readonly #waiting = new Set<() => void>();
  #lastId = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
    void this.#read();
  }

  /** A peer that has shaken hands. */
  static async ready(channel: Channel): Promise<Peer> {
    const peer = new Peer(channel);
    const clientInfo = { name: 'rollout-inspect', title: null, version: '0.0.0' };
    await peer.ask('initialize', { clientInfo, capabilities: { experimentalApi: true } });
    await channel.send(jsonText({ method: 'initialized' }));
    return peer;
  }

  /** How many messages came since they were last taken. */
  get arrived(): number {
    return this.#inbox.length;
  }

  /** The same, left where it is. */
  peek(): readonly JsonObject[] {
    return this.#inbox;
  }

  /** What came since the last time. */
  take(): JsonObject[] {
    return this.#inbox.splice(0);
  }

  /** Sends a request, and fulfils with its answer, which is kept too. */
  async ask(method: string, params: JsonObject): Promise<JsonObject> {
    const id = ++this.#lastId;
    await this.#channel.send(jsonText({ id, method, params }));
    let answer: JsonObject | undefined;
    await this.until(() => {
      answer ??= this.#inbox.find((message) => message.id === id && message.method === undefined);
      return answer !== undefined;
    }, 20_000);
    if (!answer) throw new Error(`no answer to ${method}`);
    return answer;
  }

  /** Fulfils when all has come that the server sent before now. */
  async settle(): Promise<void> {
    const { id } = await this.ask('settle', {});
    this.#inbox.splice(
      this.#inbox.findIndex((message) => message.id === id && message.method === undefined),
      1,
    );
  }

  /** Fulfils when `holds`, which is looked at whenever something comes, or `ms` have passed; with whether it does. */
  async until(holds: () => boolean, ms: number): Promise<boolean> {
    if (holds()) return true;
    return new Promise((resolve) => {
      const look = () => {
        if (holds()) end(true);
      };
      const end = (held: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(held);
      };
      const timer = setTimeout(() => end(false), ms);
      this.#waiting.add(look);
    });
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  async #read(): Promise<void> {
    for await (const bytes of this.#channel.incoming) {
      const message = jsonValue(bytes);
      if (isJsonObject(message)) this.#inbox.push(message);
      for (const look of this.#waiting) look();
    }
  }
}
