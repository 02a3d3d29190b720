import { expect, test } from 'vitest';
import {
  archivedThread,
  caseRollout,
  homeWithLink,
  homeWithLonelyFork,
  homeWithOrdinals,
  homeWithProvider,
  rolloutsOf,
} from '../support/case-homes.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { failedChecks, replayJson } from '../support/replay-json.ts';
import { temporaryFolder } from '../support/rollout.ts';

const linked = (home: string) => `${home}/sessions/2026/11/25/rollout-2026-11-25T03-53-42-${archivedThread}.jsonl`;

const repeated = () => rolloutsOf(homeWithOrdinals(temporaryFolder(), 'whole-turn-repeats-26'))[0] as string;
const rewritten = (ending: string) =>
  rolloutsOf(homeWithProvider(temporaryFolder(), 'gateway')).find((path) => path.endsWith(ending)) as string;

describeRealCodex('reported cases are replayed by the pinned Codex as predicted', () => {
  test.concurrent.each([
    // The newest rollout of a thread is opened, not the one that its database saw last.
    ['revert-bare', 'fork', () => caseRollout('revert-bare', '769c57d.jsonl')],
    ['revert-thrice, the newest', 'rejoin', () => caseRollout('revert-thrice', '3844.jsonl')],
    ['revert-thrice, a fork made between', 'fork', () => caseRollout('revert-thrice', '283d.jsonl')],
    ['revert-thrice, a fork of that', 'rejoin', () => caseRollout('revert-thrice', '7c86.jsonl')],
    ['migrated, a fork of a fork', 'rejoin', () => caseRollout('migrated', 'f10.jsonl')],
    ['subagent-0.169.0', 'fork', () => caseRollout('subagent-0.169.0', 'fd18.jsonl')],
    ['v2-subagent-resume', 'resume', () => caseRollout('v2-subagent-resume')],
    ['dup-ordinal', 'fork', () => caseRollout('dup-ordinal')],
    ['ordinals, a whole turn that repeats one', 'fork', () => repeated()],
    ['fork-alone', 'fork', () => rolloutsOf(homeWithLonelyFork(temporaryFolder()))[0] as string],
    ['symlinked by file', 'resume', () => linked(homeWithLink(temporaryFolder(), temporaryFolder(), 'file'))],
    ['provider-rewrite, in a new home', 'resume', () => rewritten('a603.jsonl'), 'new'],
    ['provider-rewrite, in a home that has met it', 'resume', () => rewritten('a603.jsonl')],
    ['ci-fixture', 'fork', () => caseRollout('ci-fixture')],
    ['converted, good', 'resume', () => caseRollout('converted', 'good/')],
  ] as const)('%s: %s', { timeout: 60_000 }, async (_, lifecycle, rollout, home: 'new' | 'used' = 'used') => {
    const how = ['--server', 'codex', '--expect', 'version', '--home', home];
    const report = await replayJson([`--${lifecycle}`, rollout(), ...how]);
    expect([report.verdict, failedChecks(report)]).toEqual(['pass', []]);
  });
});
