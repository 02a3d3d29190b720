import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { system } from '../../src/compat/binaries/native-binary.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

describeRealCodex('compat --live at a terminal', () => {
  test('says which version is asked, what is waited for and how long the rest takes, and takes that away', async () => {
    const cache = cacheWithPinned();
    const args = ['compat', 'samples/0.169.0/fork.jsonl', '--live', '--cache', cache];
    const range = ['--from', '0.169.0', '--to', '0.169.0'];
    const { stderr } = await runCli([...args, ...range], { errIsTerminal: true, columns: 120 });
    const shown = stderr.split('\r\x1b[K');
    expect(shown).toContain('version 1 of 1, resume on Codex 0.169.0: starting the server');
    expect(shown).toContain('version 1 of 1, resume on Codex 0.169.0: waiting for the answer');
    const withTime = /^version 1 of 1, fork on Codex 0\.169\.0, [\d.]+ \w+ left: waiting for notifications$/;
    expect(shown).toContainEqual(expect.stringMatching(withTime));
    expect(shown.at(-1)).toBe('');
    expect(stderr).not.toContain('\n');
  });
});

/** A cache folder with the pinned version alone. */
function cacheWithPinned(): string {
  const cache = temporaryFolder();
  const packages = join(cache, '0.169.0', 'node_modules', '@openai');
  mkdirSync(packages, { recursive: true });
  const [folder] = /^.*\/@openai\/codex-[^/]+/.exec(pinnedCodexBinary() ?? '') ?? [];
  symlinkSync(folder ?? dirname(cache), join(packages, `codex-${system}`));
  return cache;
}
