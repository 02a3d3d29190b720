import { expect, test } from 'vitest';
import { Recorder } from '../../samples/make/recorder.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { runCli } from '../support/run-cli.ts';

describeRealCodex('the person whose meter is blank', () => {
  test('gets from a word they remember to the reason and the way out in two commands', {
    timeout: 60_000,
  }, async () => {
    const binary = pinnedCodexBinary() ?? '';
    const recorder = await Recorder.start(binary, 0);
    try {
      const parent = await recorder.startThread();
      await recorder.turn(parent, 'Name a river in the Alps.', 'The Inn.');
      const fork = await recorder.fork(parent);
      await recorder.turn(fork, 'And the Danube?', 'It begins in the Black Forest.');
      await recorder.rollouts();

      const env = { CODEX_HOME: recorder.home };
      const list = await runCli(['sessions', '--search', 'danube', '--limit', '1'], { env });
      const [, row = ''] = list.stdout.split('\n');
      expect(row).toContain('fork-resume-no-replay');
      const id = row.split(/ {2,}/).find((cell) => cell !== '' && fork.startsWith(cell)) ?? 'no id in the row';

      const args = ['replay', '--resume', id, '--codex-bin', binary];
      const { code, stdout } = await runCli(args, { env });
      expect(code).toBe(1);
      expect(stdout).toMatch(/verdict +fail by the contract/);
      expect(stdout).toMatch(/why +Codex 0\.169\.0 is known for it: .*\(fork-resume-no-replay/);
      expect(stdout).toMatch(/next +fork the thread, or rejoin it/);

      const wayOut = await runCli(['replay', '--fork', id, '--codex-bin', binary], { env });
      expect([wayOut.code, wayOut.stdout]).toEqual([0, expect.stringMatching(/verdict +pass by the contract/)]);
    } finally {
      await recorder.close();
    }
  });
});
