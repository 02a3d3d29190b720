import { FloodGuard } from '../wire/flood-guard.ts';

/** The longest request that is taken, in bytes. */
export const LONGEST_REQUEST = 16 * 1024 * 1024;

/** How many values a request may hold: reading more would keep all other clients waiting. */
const MOST_VALUES = 250_000;

/** Looks at a request before it is read. @throws {ServerFailure} when reading it would cost too much time or memory */
export function refuseLargeRequest(bytes: Buffer): void {
  new FloodGuard('client', { messages: 1, bytes: LONGEST_REQUEST, values: MOST_VALUES }).count(bytes);
}
