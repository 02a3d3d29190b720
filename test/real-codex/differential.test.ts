import { expect, test } from 'vitest';
import { runSequences } from '../differential/run-sequences.ts';
import { reviewed } from '../differential/sequence.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { describeRealCodex } from '../support/real-codex.ts';

/** How many sequences: few here, hundreds with `npm run differential`. */
const SEQUENCES = Number(process.env.ROLLOUT_INSPECT_SAMPLES ?? 3);

describeRealCodex('the embedded server answers as a real one', () => {
  const usual = { version: '0.169.0', seed: 'd', from: 0, length: 14, deadline: Number.POSITIVE_INFINITY };

  test('the same random requests over two connections', { timeout: 60_000 + SEQUENCES * 10_000 }, async () => {
    const binary = pinnedCodexBinary() ?? '';
    const { compared, differences } = await runSequences({ ...usual, binary, sequences: SEQUENCES });
    expect(differences).toEqual([]);
    expect(compared).toBe(SEQUENCES);
  });

  test('a review, and a command of the user', { timeout: 60_000 }, async () => {
    const binary = pinnedCodexBinary() ?? '';
    const { differences } = await runSequences({ ...usual, binary, sequences: 1, moves: reviewed() });
    expect(differences).toEqual([]);
  });
});
