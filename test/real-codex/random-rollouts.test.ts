import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LifecycleDifference, lifecycleDifference } from '../support/lifecycle-difference.ts';
import { legacyRollout, paginatedRollout } from '../support/random-rollout.ts';
import { samples, seed } from '../support/random-sample.ts';
import { describeRealCodex, withAppServer } from '../support/real-codex.ts';

describeRealCodex('a random rollout is resumed and forked as predicted', () => {
  test.each([
    ['legacy', legacyRollout, samples(60)],
    ['paginated', paginatedRollout, samples(40)],
  ] as const)('%s', { timeout: 300_000 }, async (kind, rollouts, numRuns) => {
    let home = '';
    const prepare = async (made: string) => {
      home = made;
    };
    await withAppServer(prepare, async (server) => {
      let found: { readonly text: string; readonly difference: LifecycleDifference } | null = null;
      let withUsage = 0;
      let withTurns = 0;
      const property = fc.asyncProperty(rollouts, async (text) => {
        const { difference, seen } = await lifecycleDifference(server, home, text);
        if (difference) found = { text, difference };
        if (seen.tokenUsage !== null) withUsage++;
        if (seen.turns.length > 0) withTurns++;
        return difference === null;
      });
      await fc.check(property, { seed, numRuns, interruptAfterTimeLimit: 240_000 });
      expect(found, `seed ${seed}, made as small as could be`).toBeNull();
      console.log(
        `${numRuns} random ${kind} rollouts (seed ${seed}), ${withTurns} with turns and ${withUsage} with usage: Codex 0.169.0 resumes and forks them as predicted`,
      );
      expect(withUsage).toBeGreaterThan(numRuns / 4);
    });
  });
});
