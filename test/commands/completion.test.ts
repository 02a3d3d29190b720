import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

/** What bash completes `words` with, the last of which is being typed. */
async function completions(words: readonly string[]): Promise<string[]> {
  const { stdout: script } = await runCli(['completion', 'bash']);
  const line = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
  const command = `${script}\n${line}\n_rollout_inspect\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  return spawnSync('bash', ['-c', command], { encoding: 'utf8' }).stdout.trim().split('\n');
}

test('bash completes commands, their options, and paths', async () => {
  expect(await completions(['rollout-inspect', 'u'])).toEqual(['usage']);
  expect(await completions(['rollout-inspect', 'usage', '--em'])).toEqual(['--emulate']);
  expect(await completions(['rollout-inspect', 'turns', '--last'])).toEqual(['--last', '--last-turns']);
  expect(await completions(['rollout-inspect', 'usage', 'package.'])).toEqual(['package.json']);
});

test.each(['zsh', 'fish'])('there is one for %s with every command', async (shell) => {
  const { code, stdout } = await runCli(['completion', shell]);
  expect(code).toBe(0);
  for (const name of ['sessions', 'usage', 'replay', 'check', 'serve']) expect(stdout).toContain(name);
});

test('there is none for another shell', async () => {
  const { code, stderr } = await runCli(['completion', 'csh']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('bash, zsh, fish')]);
});
