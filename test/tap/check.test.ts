import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith } from '../support/sample-home.ts';

const captures = ['resume', 'fork-resume', 'fork'].map((name) => `samples/captures/${name}-0.169.0.ndjson`);

/** A home in which the rollouts of the captures stand. */
async function home(): Promise<string> {
  const folder = join(temporaryFolder(), 'home');
  mkdirSync(folder);
  await homeWith(
    ['two-turns', 'fork-parent', 'fork-with-turn'].map((name) => `samples/0.169.0/${name}.jsonl`),
    folder,
  );
  return folder;
}

test('the one lifecycle that fails is told where it stands, and why', async () => {
  const { code, stdout } = await runCli([
    'tap',
    'check',
    ...captures,
    '--codex-home',
    await home(),
    '--reporter',
    'json',
  ]);
  const { rollouts, summary } = JSON.parse(stdout);
  expect([code, summary.passed, summary.failed]).toEqual([1, 2, 1]);
  const [finding] = rollouts[1].findings;
  expect(finding).toMatchObject({ id: 'usage-present', severity: 'error', line: expect.any(Number) });
  expect(finding.message).toContain('fork-resume-no-replay');
});

test('by what the version is known to do all of them pass', async () => {
  const args = ['tap', 'check', ...captures, '--codex-home', await home(), '--expect', 'version'];
  expect((await runCli(args)).code).toBe(0);
});

test.each(['junit', 'github', 'sarif'])('as %s', async (reporter) => {
  const { code, stdout } = await runCli([
    'tap',
    'check',
    ...captures,
    '--codex-home',
    await home(),
    '--reporter',
    reporter,
  ]);
  expect([code, stdout.includes('usage-present'), stdout.includes('fork-resume-0.169.0.ndjson')]).toEqual([
    1,
    true,
    true,
  ]);
});

test('what cannot be judged is said', async () => {
  const { code, stdout } = await runCli(['tap', 'check', captures[0] ?? '', '--codex-home', temporaryFolder()]);
  expect(code).toBe(0);
  expect(stdout).toContain('cannot be judged');
});
