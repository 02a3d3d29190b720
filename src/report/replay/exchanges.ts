import { type JsonValue, memberAt } from '../../json/json-value.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';

/** Which messages of a transcript are requests, and which answer them. Both ends number their requests by themselves. */
export class Exchanges {
  /** By the `seq` of the request. */
  readonly #answers = new Map<number, TranscriptEntry>();
  /** By the `seq` of the answer. */
  readonly #requests = new Map<number, TranscriptEntry>();

  constructor(entries: readonly TranscriptEntry[]) {
    const waiting = new Map<string, TranscriptEntry>();
    for (const entry of entries) {
      const { seq, connection, direction, message } = entry;
      const id = memberAt(message, 'id');
      if (id === undefined) continue;
      if (memberAt(message, 'method') !== undefined) {
        waiting.set(keyOf(connection, direction, id), entry);
        continue;
      }
      const key = keyOf(connection, direction === 'sent' ? 'received' : 'sent', id);
      const request = waiting.get(key);
      if (!request) continue;
      waiting.delete(key);
      this.#answers.set(request.seq, entry);
      this.#requests.set(seq, request);
    }
  }

  answerTo({ seq }: TranscriptEntry): TranscriptEntry | undefined {
    return this.#answers.get(seq);
  }

  requestOf({ seq }: TranscriptEntry): TranscriptEntry | undefined {
    return this.#requests.get(seq);
  }
}

function keyOf(connection: string, direction: string, id: JsonValue): string {
  return `${connection} ${direction} ${typeof id} ${id}`;
}
