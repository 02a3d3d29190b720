import { expect, test } from 'vitest';
import { conformance } from '../support/conformance.ts';

test('resume and fork are predicted as released Codex versions answered, every message of them', async () => {
  let agreed = 0;
  for await (const { case: name, version, lifecycle, codex, ours } of conformance('test/oracle')) {
    expect(ours, `${lifecycle} of ${name} on ${version}`).toBe(codex);
    agreed++;
  }
  console.log(`conformance: ${agreed} recorded answers agree`);
  expect(agreed).toBeGreaterThan(1000);
});
