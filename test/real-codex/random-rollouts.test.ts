import { expect, test } from 'vitest';
import { pinnedCodex } from '../support/codex.ts';
import { randomDisagreement } from '../support/random-disagreement.ts';
import { randomHistories } from '../support/random-history.ts';
import { samples, seed } from '../support/random-sample.ts';
import { describeRealCodex } from '../support/real-codex.ts';

describeRealCodex('a random thread is resumed and forked as predicted', () => {
  test.each([
    ['legacy', samples(20), 4],
    ['paginated', samples(16), 4],
    ['odd heads', samples(5), null],
    ['odd ordinals', samples(5), null],
    ['sub-agents', samples(5), null],
    ['reverts', samples(5), null],
  ] as const)('%s', { timeout: 300_000 }, async (kind, runs, usageIn) => {
    const version = pinnedCodex.join('.');
    const { disagreement, withUsage, withTurns } = await randomDisagreement(randomHistories[kind], runs, version);
    expect(disagreement, `seed ${seed}, made as small as could be`).toBeNull();
    console.log(
      `${runs} random threads, ${kind} (seed ${seed}), ${withTurns} with turns and ${withUsage} with usage: Codex ${version} resumes and forks them as predicted`,
    );
    if (usageIn !== null) expect(withUsage).toBeGreaterThan(runs / usageIn);
  });
});
