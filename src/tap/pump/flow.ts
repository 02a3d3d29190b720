import type { Readable, Writable } from 'node:stream';

/** What is done with bytes before they are handed on. */
export type OnPassing = (bytes: Buffer) => Promise<void> | undefined;

/** Makes other bytes of those that passed. */
export type Change = (bytes: Buffer) => AsyncIterable<Buffer>;

/**
 * Hands on what is read from `from`, byte for byte, no faster than `to` takes it; `onPassing` sees it in the same moment, and
 * what it returns is waited for before more is read; `change` makes other bytes of them. Ends with the input, or when `to`
 * takes no more; then nothing more is read.
 */
export async function flow(from: Readable, to: Writable, onPassing: OnPassing, change?: Change): Promise<void> {
  // Whoever wrote there shall learn that nobody reads any more.
  const giveUp = () => from.destroy();
  to.once('error', giveUp).once('close', giveUp);
  try {
    for await (const bytes of from as AsyncIterable<Buffer>) {
      // They are on their way before they are looked at, and looked at before there can be an answer.
      if (!change) to.write(bytes);
      const caughtUp = onPassing(bytes);
      for await (const part of change?.(bytes) ?? []) {
        if (!to.write(part)) await drained(to);
      }
      await drained(to);
      await caughtUp;
    }
  } catch {
    // It broke off, on one side or the other: that is its end.
  } finally {
    to.off('error', giveUp).off('close', giveUp);
  }
}

/** Fulfils when all that was written is taken, or nothing is taken any more. */
export function drained(to: Writable): Promise<void> {
  if (!to.writableNeedDrain || to.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      to.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    to.on('drain', done).on('close', done).on('error', done);
  });
}
