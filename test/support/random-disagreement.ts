import fc from 'fast-check';
import { type LifecycleDifference, lifecycleDifference } from './lifecycle-difference.ts';
import type { RandomHistory } from './random-history.ts';
import { seed } from './random-sample.ts';
import { withAppServer } from './real-codex.ts';

/** What came of a number of random histories. */
export interface RandomRun {
  /** Of how many histories the last answer had usage, and turns. */
  readonly withUsage: number;
  readonly withTurns: number;
  /** A history that Codex does something else with than predicted, made as small as could be; null when there is none. */
  readonly disagreement: { readonly history: RandomHistory; readonly difference: LifecycleDifference } | null;
}

const LONGEST_MS = 240_000;

/** Has Codex `version`, the pinned one unless `binary` is another, resume and fork `numRuns` random histories. */
export async function randomDisagreement(
  histories: fc.Arbitrary<RandomHistory>,
  numRuns: number,
  version: string,
  binary?: string,
): Promise<RandomRun> {
  let home = '';
  const prepare = async (made: string) => {
    home = made;
  };
  let disagreement: RandomRun['disagreement'] = null;
  let withUsage = 0;
  let withTurns = 0;
  const use = async (server: Parameters<Parameters<typeof withAppServer>[1]>[0]) => {
    const property = fc.asyncProperty(histories, async (history) => {
      const { difference, seen } = await lifecycleDifference(server, home, version, history);
      if (difference) disagreement = { history, difference };
      if (seen.tokenUsage !== null) withUsage++;
      if (seen.turns.length > 0) withTurns++;
      return difference === null;
    });
    await fc.check(property, { seed, numRuns, interruptAfterTimeLimit: LONGEST_MS });
  };
  await withAppServer(prepare, use, binary);
  return { withUsage, withTurns, disagreement };
}
