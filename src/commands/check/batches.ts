import { type Subject, subjectOf } from '../../replay/sandbox/subject.ts';
import type { CheckTarget } from './check-targets.ts';

/** How many rollouts, and how many bytes of them, are in the hands of one server. */
const MOST_ROLLOUTS = 50;
const MOST_BYTES = 100_000_000;

/** Rollouts that one server can replay: no two of them share a thread, and none holds an ancestor that another misses. */
export interface LiveBatch {
  readonly targets: readonly CheckTarget[];
  readonly subjects: ReadonlyMap<string, Subject>;
}

/** Cuts the targets into batches, in their order. A rollout of which no thread can be told is not replayed. */
export async function* liveBatches(targets: AsyncIterable<CheckTarget>, codexHome: string): AsyncGenerator<LiveBatch> {
  let batch = { targets: [] as CheckTarget[], subjects: new Map<string, Subject>() };
  let threads = new Set<string>();
  let missing = new Set<string>();
  let bytes = 0;
  for await (const target of targets) {
    // What stands in the way of reading it is told when it is checked.
    const subject =
      target.problem || target.isOrphan ? null : await subjectOf(target.path, codexHome).catch(() => null);
    const own = subject?.rollouts.map(({ threadId }) => threadId) ?? [];
    const missed = subject?.missing ? [subject.missing] : [];
    const isShared = own.some((id) => threads.has(id) || missing.has(id)) || missed.some((id) => threads.has(id));
    const isFull = batch.targets.length >= MOST_ROLLOUTS || bytes + (subject?.bytes ?? 0) > MOST_BYTES;
    if (batch.targets.length > 0 && (isFull || isShared)) {
      yield batch;
      batch = { targets: [], subjects: new Map() };
      threads = new Set();
      missing = new Set();
      bytes = 0;
    }
    batch.targets.push(target);
    if (subject) batch.subjects.set(target.path, subject);
    for (const id of own) threads.add(id);
    for (const id of missed) missing.add(id);
    bytes += subject?.bytes ?? 0;
  }
  if (batch.targets.length > 0) yield batch;
}
