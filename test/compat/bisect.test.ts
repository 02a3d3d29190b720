import { expect, test } from 'vitest';
import type { CodexVersion } from '../../src/codex/version.ts';
import type { Answer } from '../../src/compat/answer.ts';
import { bisected } from '../../src/compat/bisect.ts';

/** Versions 0 to 63, which answer otherwise from each of `changes` on. */
async function asked(changes: readonly number[]): Promise<{ readonly begun: number[]; readonly count: number }> {
  let count = 0;
  const answers = await bisected(64, async (place) => {
    count++;
    return answer([0, place, 0], changes.filter((change) => change <= place).length);
  });
  const kinds = answers.map(({ outcome }) => outcome.turns.length);
  return { begun: kinds.flatMap((kind, i) => (i > 0 && kind !== kinds[i - 1] ? [i] : [])), count };
}

function answer(version: CodexVersion, kind: number): Answer {
  const turns = Array.from({ length: kind }, (_, i) => ({ id: `turn ${i}`, status: 'completed' }));
  const outcome = { error: null, messages: ['RESPONSE'], usage: null, turns };
  return { version, outcome, owed: outcome, deviations: [] };
}

test.each([[1], [31], [32], [63]])('the one change at %i is found by asking a few versions', async (change) => {
  const { begun, count } = await asked([change]);
  expect(begun).toEqual([change]);
  expect(count).toBeLessThanOrEqual(8);
});

test('several changes are all found where each answers in another way', async () => {
  expect((await asked([7, 8, 40])).begun).toEqual([7, 8, 40]);
});

test('where both ends answer the same only they are asked', async () => {
  expect(await asked([])).toEqual({ begun: [], count: 2 });
});
