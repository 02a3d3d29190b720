import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

/** Sums of `turns --json`. The rollouts are small ones of real Codex versions, or made after such. */
async function sums(rollout: string) {
  const { stdout } = await runCli(['turns', `test/cases/${rollout}`, '--json']);
  const { forkedFromId, total, turns } = JSON.parse(stdout);
  const own = turns.map(({ ownUsage }: { ownUsage: { total_tokens: number } | null }) => ownUsage?.total_tokens ?? 0);
  return {
    forkedFromId,
    own,
    ownUsage: total.ownUsage.total_tokens,
    inherited: total.inherited.total_tokens,
    resets: total.counterResets,
  };
}

test.each(['0.36.0', '0.57.0', '0.77.0'])(
  'up to Codex 0.77 the counter begins anew with a resume: %s',
  async (version) => {
    const { ownUsage, resets } = await sums(`resume-counter-rises/rollout-${version}.jsonl`);
    expect({ ownUsage, resets }).toEqual({ ownUsage: 17_380, resets: 2 });
  },
);

test('what a fork of an old Codex copied is not its own, though nothing names the parent but the copied session_meta', async () => {
  const fork = 'rollout-2026-03-04T06-00-00-e05b7a18-4c93-4f2d-a7be-91d20c6f8843.jsonl';
  expect(await sums(`old-copy-not-inherited/${fork}`)).toMatchObject({
    forkedFromId: '7d1f3c52-9a04-4e6b-8c1d-2f60a9b7e311',
    ownUsage: 26_500,
    inherited: 17_000,
  });
});

test('check says by how much the restored total falls short of what a remote compaction spent, as a note', async () => {
  const rollout = 'rollout-2026-11-25T03-52-20-01a210d5-3e02-7763-acb3-f332b7b8fa1b.jsonl';
  const { stdout } = await runCli(['check', `test/cases/compact-0.169.0-remote/${rollout}`, '--json']);
  const [{ findings }] = JSON.parse(stdout).rollouts;
  expect(findings.filter(({ id }: { id: string }) => id === 'uncounted-compaction')).toMatchObject([
    { severity: 'info', line: 17, expected: '57700', actual: '32600' },
  ]);
});

test('a remote compaction is spent in its turn, though no token_count holds it', async () => {
  const rollout = 'rollout-2026-11-25T03-52-20-01a210d5-3e02-7763-acb3-f332b7b8fa1b.jsonl';
  const { own, ownUsage } = await sums(`compact-0.169.0-remote/${rollout}`);
  expect(own[1]).toBe(28_300);
  expect(ownUsage).toBe(57_700);
});
