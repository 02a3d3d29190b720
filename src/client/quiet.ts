import { setImmediate } from 'node:timers/promises';
import type { Transcript } from '../wire/transcript.ts';
import { within } from '../wire/within.ts';
import type { Connection } from './connection.ts';

/**
 * Waits until nothing more goes over the wire.
 * @returns 'quiet' when nothing was added to the transcript for `quietMs`; 'closed' as soon as one of `connections` has
 * ended; 'noisy' when `deadlineMs` passed before. Both in milliseconds from now.
 */
export async function untilQuiet(
  transcript: Transcript,
  connections: readonly Connection[],
  quietMs: number,
  deadlineMs: number,
): Promise<'quiet' | 'closed' | 'noisy'> {
  const deadline = performance.now() + deadlineMs;
  let last = performance.now();
  const stopListening = transcript.listen(() => {
    last = performance.now();
  });
  const closed = Promise.race(connections.map((connection) => connection.ended)).then(() => 'closed' as const);
  try {
    for (;;) {
      const quietAt = last + quietMs;
      const until = Math.min(quietAt, deadline);
      if (await within(closed, until - performance.now())) return 'closed';
      if (performance.now() < until) continue;
      // If we were busy all the while, what came meanwhile has yet to be read.
      await setImmediate();
      await setImmediate();
      if (last + quietMs === quietAt && quietAt <= deadline) return 'quiet';
      if (performance.now() >= deadline) return 'noisy';
    }
  } finally {
    stopListening();
  }
}
