import type { TranscriptEntry } from '../../wire/transcript.ts';
import type { Summary } from './summary.ts';

/** A message, and what it says in words. */
export interface Told {
  readonly entry: TranscriptEntry;
  readonly summary: Summary;
}

/** So many notifications of one method in a row make a run. */
const SHORTEST = 5;

/**
 * The messages in their order, cut where they are shown as one row: runs of notifications of one method in one direction,
 * such as the pieces of an answer as it is written, and every other message by itself.
 * @param stands messages that are never part of a run, by their `seq`
 */
export function inRuns(messages: readonly Told[], stands: ReadonlySet<number>): Told[][] {
  const runs: Told[][] = [];
  let run: Told[] = [];
  const end = () => {
    if (run.length >= SHORTEST) runs.push(run);
    else runs.push(...run.map((each) => [each]));
    run = [];
  };
  for (const told of messages) {
    const [first] = run;
    const mayRun = told.summary.kind === 'notification' && !stands.has(told.entry.seq);
    if (!mayRun || (first && !isSameKind(first, told))) end();
    if (mayRun) run.push(told);
    else runs.push([told]);
  }
  end();
  return runs;
}

function isSameKind(a: Told, b: Told): boolean {
  return a.summary.method === b.summary.method && a.entry.direction === b.entry.direction;
}
