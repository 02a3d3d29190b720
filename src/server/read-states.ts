import type { JsonObject } from '../json/json-value.ts';
import { uuid7 } from './uuid7.ts';

/** What of the threads was not read yet, as a server tells its clients. */
export class ReadStates {
  readonly #states = new Map<string, JsonObject>();

  /** What of a thread is unread. */
  of(threadId: string): JsonObject {
    return this.#states.get(threadId) ?? { firstUnread: null, revision: `initial:${threadId}` };
  }

  /** A turn came to its end: it is unread, if nothing before it is. */
  turnEnded(threadId: string, turnId: string): JsonObject {
    const firstUnread = this.of(threadId).firstUnread ?? { type: 'turn', turnId };
    return this.#set(threadId, firstUnread);
  }

  /** All of a thread counts as read. */
  clear(threadId: string): JsonObject {
    return this.#set(threadId, null);
  }

  #set(threadId: string, firstUnread: JsonObject[string]): JsonObject {
    const state = { firstUnread, revision: uuid7() };
    this.#states.set(threadId, state);
    return state;
  }
}
