import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

/** Recordings of real app-servers, the rollout each is of, and what fails by the contract. */
test.each([
  ['resume-0.169.0', 'resume', '0.169.0/two-turns', [], []],
  ['fork-resume-0.169.0', 'resume', '0.169.0/fork-with-turn', ['usage-present'], ['fork-resume-no-replay']],
  ['fork-0.169.0', 'fork', '0.169.0/fork-with-turn', [], []],
  ['rejoin-0.144.6', 'rejoin', '0.144.6/two-turns', [], []],
])('%s', async (capture, lifecycle, sample, failing, deviations) => {
  const args = [
    '--transcript',
    `samples/captures/${capture}.ndjson`,
    `--${lifecycle}`,
    `samples/${sample}.jsonl`,
    '--json',
  ];
  const { code, stdout } = await runCli(['replay', ...args]);
  const judged = JSON.parse(stdout);
  const failed = judged.checks.filter(({ status }: { status: string }) => status === 'fail');
  expect(failed.map(({ id }: { id: string }) => id)).toEqual(failing);
  expect(judged.deviations.map(({ id }: { id: string }) => id)).toEqual(deviations);
  expect([code, judged.lifecycle]).toEqual([failing.length, lifecycle]);
  const { code: byVersion } = await runCli(['replay', ...args, '--expect', 'version']);
  expect(byVersion).toBe(0);
});
