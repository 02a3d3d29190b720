import type { Branch } from './branches.ts';

/** Where the tokens of a thread lie in the sum of all threads, one behind the other in the order of the tree. */
export interface Span {
  /** What the threads before it spent. */
  readonly start: bigint;
  readonly own: bigint;
  /** What all threads below it spent. */
  readonly below: bigint;
}

/** The spans of a whole tree: each lies within that of its parent, and those at the top make up the whole. */
export function spansOf(branches: readonly Branch[]): Span[] {
  let start = branches.reduce((sum, { thread }) => sum + thread.usage.own.total_tokens, 0n);
  /** By level, what the threads spent that were passed since the last one above that level. */
  const passed: bigint[] = [];
  const spans = [...branches].reverse().map(({ thread, level }): Span => {
    const own = thread.usage.own.total_tokens;
    const below = passed[level + 1] ?? 0n;
    passed[level + 1] = 0n;
    passed[level] = (passed[level] ?? 0n) + own + below;
    start -= own;
    return { start, own, below };
  });
  return spans.reverse();
}
