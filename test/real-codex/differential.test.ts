import { expect, test } from 'vitest';
import { runSequences } from '../differential/run-sequences.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { describeRealCodex } from '../support/real-codex.ts';

/** How many sequences: few here, hundreds with `npm run differential`. */
const SEQUENCES = Number(process.env.ROLLOUT_INSPECT_SAMPLES ?? 3);

describeRealCodex('the embedded server answers as a real one', () => {
  test('the same random requests over two connections', { timeout: 60_000 + SEQUENCES * 10_000 }, async () => {
    const { compared, differences } = await runSequences({
      binary: pinnedCodexBinary() ?? '',
      version: '0.169.0',
      seed: 'd',
      from: 0,
      sequences: SEQUENCES,
      length: 14,
      deadline: Number.POSITIVE_INFINITY,
    });
    expect(differences).toEqual([]);
    expect(compared).toBe(SEQUENCES);
  });
});
