import { RequestError } from './request-error.ts';
import type { Thread } from './thread.ts';

/** How many threads may run that are nowhere but in memory. */
const MOST_UNKEPT = 1_000;

/** The threads that run on a server, by their id. Of those that no rollout keeps there is a bounded number. */
export class RunningThreads {
  readonly #threads = new Map<string, Thread>();
  /** Ids of threads that had no rollout when they began, the oldest first. */
  readonly #unkept = new Set<string>();

  get(id: string): Thread | undefined {
    return this.#threads.get(id);
  }

  has(id: string): boolean {
    return this.#threads.has(id);
  }

  values(): IterableIterator<Thread> {
    return this.#threads.values();
  }

  /**
   * Adds a thread. The oldest one without a rollout that nobody is attached to goes when there are too many of them.
   * @throws {RequestError} when somebody is attached to each
   */
  set(id: string, thread: Thread): void {
    if (!thread.isKept) this.#makeRoom();
    this.#threads.set(id, thread);
    if (!thread.isKept) this.#unkept.add(id);
  }

  /** Takes a thread out; whether it ran. */
  remove(id: string): boolean {
    this.#unkept.delete(id);
    return this.#threads.delete(id);
  }

  #makeRoom(): void {
    if (this.#unkept.size < MOST_UNKEPT) return;
    for (const id of this.#unkept) {
      const thread = this.#threads.get(id);
      const isLost = thread !== undefined && !thread.isKept;
      if (isLost && thread.attached.size > 0) continue;
      this.#unkept.delete(id);
      if (isLost) this.#threads.delete(id);
      return;
    }
    throw new RequestError(`too many threads without a rollout: ${MOST_UNKEPT} are running`);
  }
}
