import { JsonError } from '../../json/grammar.ts';
import { jsonText } from '../../json/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue, jsonValue } from '../../json/json-value.ts';
import type { Channel } from '../../wire/channel.ts';
import { ServerFailure } from '../../wire/server-failure.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { keyOf, type Recorded, recordedSessions } from './recorded-session.ts';

const NOT_RECORDED = -32600;

export interface PlayedServerOptions {
  /** A transcript of what a server said. */
  readonly entries: readonly TranscriptEntry[];
  /** Is told what a client asked for that stands nowhere in it. */
  readonly onUnknown: (method: string) => void;
}

/**
 * Says again what a server said once, to clients that ask the same: the first client is told what the first recorded one was
 * told, and so on; those that come later are told what the last one was. Each is told at once what came until the recorded
 * client said the next thing.
 */
export class PlayedServer {
  readonly #sessions: readonly (readonly Recorded[])[];
  readonly #onUnknown: PlayedServerOptions['onUnknown'];
  readonly #channels = new Set<Channel>();
  #clients = 0;

  constructor({ entries, onUnknown }: PlayedServerOptions) {
    this.#sessions = [...recordedSessions(entries).values()];
    this.#onUnknown = onUnknown;
  }

  /** Serves one connection until its channel ends. */
  async accept(channel: Channel): Promise<void> {
    const place = Math.min(this.#clients++, this.#sessions.length - 1);
    const left = [...(this.#sessions[place] ?? [])];
    /** The ids of the client by those of the recorded one. */
    const ids = new Map<JsonValue | undefined, JsonValue>();
    this.#channels.add(channel);
    try {
      for await (const bytes of channel.incoming) {
        const message = parsed(bytes);
        if (message) for (const answer of this.#answers(message, left, ids)) await channel.send(jsonText(answer));
      }
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error;
    } finally {
      this.#channels.delete(channel);
      await channel.close();
    }
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#channels].map((channel) => channel.close()));
  }

  /** What a message of a client is answered with. What it says is taken out of what is `left`. */
  #answers(message: JsonObject, left: Recorded[], ids: Map<JsonValue | undefined, JsonValue>): readonly JsonObject[] {
    const key = keyOf(message);
    const at = left.findIndex((recorded) => recorded.key === key);
    const { id, method } = message;
    const isRequest = typeof method === 'string' && id !== undefined;
    const [recorded] = at < 0 ? [] : left.splice(at, 1);
    if (recorded) {
      if (isRequest) ids.set(recorded.said.id, id);
      return recorded.told.map((told) =>
        told.method === undefined ? { ...told, id: ids.get(told.id) ?? null } : told,
      );
    }
    if (!isRequest) return [];
    this.#onUnknown(method);
    return [{ id, error: { code: NOT_RECORDED, message: `not in the recorded session: ${method}` } }];
  }
}

function parsed(bytes: Buffer): JsonObject | null {
  try {
    const value = jsonValue(bytes);
    return isJsonObject(value) ? value : null;
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}
