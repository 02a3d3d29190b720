import { expect, test } from 'vitest';
import { conformance } from '../support/conformance.ts';

test('resume, rejoin and fork are predicted as released Codex versions answered, every message of them', async () => {
  const disagreements: string[] = [];
  const versions = new Set<string>();
  let answers = 0;
  for await (const { case: name, version, home, lifecycle, codex, ours } of conformance('test/oracle', 'sampled')) {
    answers++;
    versions.add(version);
    if (ours !== codex) disagreements.push(`${lifecycle} of ${name} on ${version}, home ${home}: ${codex} ≠ ${ours}`);
  }
  expect(disagreements).toEqual([]);
  console.log(`conformance: ${answers} recorded answers of ${versions.size} versions agree`);
  expect(answers).toBeGreaterThan(2_000);
});
