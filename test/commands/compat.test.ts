import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { transcript } from '../support/transcript.ts';

const fork = 'samples/0.169.0/fork.jsonl';

test.each([
  ['compat-fork', ['compat', fork, '--from', '0.143.0']],
  ['compat-compacted', ['compat', 'samples/0.169.0/compacted.jsonl', '--from', '0.155.0']],
  ['compat-exclude-turns', ['compat', 'samples/0.122.0/two-turns.jsonl', '--exclude-turns']],
  ['compat-json', ['compat', fork, '--from', '0.165.0', '--json']],
  ['compat-help', ['compat', '--help']],
  ['compat-unknown-version', ['compat', fork, '--to', '0.200.0']],
  ['compat-no-release', ['compat', fork, '--from', '0.170.0', '--to', '0.170.0']],
  ['compat-no-version', ['compat', fork, '--from', 'newest']],
  ['compat-stdin', ['compat', '-']],
  ['compat-missing', ['compat', 'missing.jsonl', 'samples/0.144.6/two-turns.jsonl', '--from', '0.160.0']],
])('%s', async (name, args) => {
  await expect(await transcript(args)).toMatchFileSnapshot(`../transcripts/${name}.txt`);
});

test.each([
  ['usage of a forked thread is lost', fork, '0.165.0', '0.166.0', 1],
  ['a paginated rollout is refused', 'samples/0.169.0/two-turns.jsonl', '0.142.5', '0.143.0', 1],
  ['a paginated rollout is no longer refused', 'samples/0.169.0/two-turns.jsonl', '0.144.6', '0.145.0', 0],
  ['usage begins to be sent', 'samples/0.122.0/two-turns.jsonl', '0.121.0', '0.122.0', 0],
  ['a notification more', 'samples/0.169.0/two-turns.jsonl', '0.150.1', '0.151.0', 0],
  ['usage goes to another turn', 'samples/0.169.0/compacted.jsonl', '0.156.1', '0.157.0', 1],
])('exit code: %s', async (_, rollout, from, to, expected) => {
  const { code } = await runCli(['compat', rollout, '--from', from, '--to', to]);
  expect(code).toBe(expected);
});
