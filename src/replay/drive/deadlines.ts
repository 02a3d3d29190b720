/** How long to wait for what, in milliseconds. */
export interface Deadlines {
  /** Until a connection stands. */
  readonly connectMs: number;
  /** Until `initialize` is answered. */
  readonly initializeMs: number;
  /** Until any other request is answered. */
  readonly requestMs: number;
  /** Without a message until nothing more is expected to come. */
  readonly quietMs: number;
  /** For everything that waits for a server: all others are cut to it. */
  readonly totalMs: number;
}

const MEGABYTE = 1_000_000;

/**
 * Deadlines for a rollout of this many bytes, with those that the user named. Released versions answer within 0.12 s a
 * megabyte (measured 0.122 to 0.169 on two busy cores, forks of 100 MB being the slowest) and send the usage within 0.14 s
 * after that; four times as much is allowed for.
 */
export function deadlinesFor(bytes: number, named: Partial<Deadlines> = {}): Deadlines {
  const forSize = Math.ceil((bytes / MEGABYTE) * 500);
  const connectMs = named.connectMs ?? 10_000;
  const initializeMs = named.initializeMs ?? 20_000 + forSize;
  const requestMs = named.requestMs ?? 30_000 + forSize;
  const quietMs = named.quietMs ?? 500 + Math.ceil(forSize / 500);
  const totalMs = named.totalMs ?? connectMs + initializeMs + 3 * requestMs + 20 * quietMs;
  return { connectMs, initializeMs, requestMs, quietMs, totalMs };
}

/**
 * The longest message to take, in bytes: a response holds the text of the thread, which is in the rollout. What is taken
 * costs several times its length in memory.
 */
export function longestMessage(bytes: number): number {
  return Math.min(16 * 1024 * 1024 + 2 * bytes, 512 * 1024 * 1024);
}
