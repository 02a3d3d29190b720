import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';

/** `npm run fuzz` tries more of them. */
const CASES = 1_000;

test(`${CASES} changed rollouts: no crash, no exit code that is not documented, and the right usage`, async () => {
  const { failures, compared } = await fuzz({ seed: '1', from: 0, cases: CASES, print: () => {} });
  expect(failures).toEqual([]);
  expect(compared).toBeGreaterThan(CASES / 10);
});
