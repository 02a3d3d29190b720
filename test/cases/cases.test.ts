import { expect, test } from 'vitest';
import {
  archivedThread,
  caseRollout,
  homeWithCompressedParent,
  homeWithCopies,
  rolloutsOf,
} from '../support/case-homes.ts';
import { temporaryFolder } from '../support/rollout.ts';
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

test('a compaction of a custom provider is in the total, and spent in its turn', async () => {
  const { own, ownUsage, resets } = await sums(caseRollout('compact-0.169.0').slice('test/cases/'.length));
  expect({ own, ownUsage, resets }).toEqual({ own: [25_100, 28_300, 4_300], ownUsage: 57_700, resets: 0 });
});

test('a counter that falls with a resume of an old Codex loses nothing', async () => {
  const { own, ownUsage, resets } = await sums('shrinking-total-old-resume/rollout-0.57.0.jsonl');
  expect({ own, ownUsage, resets }).toEqual({ own: [9_040, 2_160, 3_080], ownUsage: 14_280, resets: 2 });
});

test('a sub-agent has spent what it spent itself, not what the copy of its parent holds', async () => {
  const child = await sums(caseRollout('subagent-0.169.0', 'fd18.jsonl').slice('test/cases/'.length));
  const parent = await sums(caseRollout('subagent-0.169.0', '01e1.jsonl').slice('test/cases/'.length));
  expect([child.own, child.inherited, parent.ownUsage]).toEqual([[520], 0, 22_640]);
});

test('what a thread spent before it was reverted is its own, in whichever of its rollouts it stands', async () => {
  const reverted = await sums(caseRollout('revert-thrice', '6685.jsonl').slice('test/cases/'.length));
  const fork = await sums(caseRollout('revert-thrice', '283d.jsonl').slice('test/cases/'.length));
  expect([reverted.own, reverted.inherited]).toEqual([[1_100, 2_200, 5_500], 0]);
  expect([fork.own, fork.inherited]).toEqual([[1_100, 2_200, 4_400], 7_700]);
});

test('a migrated fork knows what it inherited, although its records name another thread', async () => {
  const fork = await sums(caseRollout('migrated', '8e5.jsonl').slice('test/cases/'.length));
  expect([fork.own, fork.inherited]).toEqual([[20_600, 11_300, 12_100], 31_900]);
});

test('turns whose events say no time show that of their lines', async () => {
  const { stdout } = await runCli(['turns', caseRollout('turns-without-start')]);
  expect(stdout).toMatch(/start \(UTC\) +took/);
  expect(stdout).toMatch(/2026-03-04 05:06:\d\d/);
});

test.each([
  ['compact-0.169.0-remote', '', 32_600],
  ['ci-fixture', '', 4_070],
  ['revert-thrice', '3844.jsonl', 3_300],
  ['provider-rewrite', 'f688.jsonl', 33_700],
  ['converted', 'good/', 930],
  ['shrinking-total-old-resume', '', 3_080],
  ['archived', '', 78_700],
] as const)('usage of %s %s is the total that Codex restores', async (folder, which, total) => {
  const { code, stdout } = await runCli(['usage', caseRollout(folder, which), '--json']);
  expect([code, JSON.parse(stdout).rollouts[0].tokenUsageInfo.total_token_usage.total_tokens]).toEqual([0, total]);
});

test('a thread of which there are copies is found by its id as Codex finds it', async () => {
  const home = homeWithCopies(temporaryFolder());
  const { code, stdout } = await runCli(['usage', archivedThread, '--codex-home', home, '--json']);
  expect([code, JSON.parse(stdout).rollouts[0].tokenUsageInfo.total_token_usage.total_tokens]).toEqual([0, 78_700]);
});

test('a home in which a session was opened and left has usage all the same', async () => {
  const { code, stdout } = await runCli(['usage', 'test/cases/usage-directory-exit/home']);
  expect(stdout).toContain('no-token-count');
  expect(code).toBe(0);
});

test.each(['usage', 'turns', 'replay'])('a compressed parent is read like any other: %s', async (command) => {
  const home = homeWithCompressedParent(temporaryFolder());
  const fork = rolloutsOf(home).find((path) => path.endsWith('9078.jsonl')) as string;
  const args =
    command === 'replay' ? ['replay', '--fork', fork, '--server', 'embedded', '--quiet-ms', '50'] : [command, fork];
  const { code, stdout, stderr } = await runCli(args);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/21,?600/);
});

test.each([
  ['repeated-meta-by-codex', 'repeated-session-meta'],
  ['subagent-0.169.0', 'repeated-session-meta'],
  ['shrinking-total-old-resume', 'shrinking-total'],
  ['resume-counter-rises', 'shrinking-total'],
  ['old-copy-not-inherited', 'shrinking-total'],
  ['revert-thrice', 'broken-ancestry'],
  ['revert-bare', 'broken-ancestry'],
  ['missing-meta-message', 'missing-session-meta'],
] as const)('check of %s does not say %s', async (folder, rule) => {
  const { stdout } = await runCli(['check', `test/cases/${folder}`, '--json']);
  expect(stdout).not.toContain(`"${rule}"`);
});
