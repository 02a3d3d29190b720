import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folded } from '../../src/report/folded.ts';
import { shortPath } from '../../src/report/short-path.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith } from '../support/sample-home.ts';

const sample = 'samples/0.169.0/fork-with-turn.jsonl';
// The path of a recording and an id are whole where they are wider than what is left of the line.
const breakable = (stdout: string) => stdout.split('\n').filter((line) => line.trim().includes(' '));

test.each([
  ['turns', sample],
  ['usage', sample],
  ['usage', 'samples/0.169.0'],
  ['check', 'samples/0.169.0', 'test/oracle/exp_2e3'],
  ['replay', '--server', 'embedded', '--quiet-ms', '50', '--observer', '--resume', 'samples/0.169.0/two-turns.jsonl'],
])('forty columns do for %s %s', async (...args) => {
  const { stdout } = await runCli(args, { isTerminal: true, columns: 40, env: { TERM: 'xterm' } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room
  const lines = breakable(stdout.replace(/\u001b\[[0-9;]*m/g, ''));
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter((line) => line.length > 40 && !/[^ ]{32}/.test(line))).toEqual([]);
});

test('a list of sessions fits, too', async () => {
  const codexHome = temporaryFolder();
  await homeWith([sample], codexHome);
  const { stdout } = await runCli(['sessions', '--codex-home', codexHome], {
    ...{ isTerminal: true, columns: 40, env: { NO_COLOR: '1' } },
  });
  expect(stdout).toContain('01a20417');
  expect(stdout.split('\n').filter((line) => line.length > 40)).toEqual([]);
});

describe('a line that is too long', () => {
  const long = 'b'.repeat(30);
  test.each([
    [
      'breaks between words, below what it says',
      'verdict  one two three four five six',
      'verdict  one two three four\n         five six',
    ],
    ['keeps its indent', '  one two three four five six seven', '  one two three four five six\n    seven'],
    ['keeps a path whole', `rollout  /a/${long}  9 bytes`, `rollout  /a/${long}\n         9 bytes`],
    [
      'counts no colours',
      '\u001b[2mverdict  \u001b[22mone two three four',
      '\u001b[2mverdict  \u001b[22mone two three four',
    ],
    ['begins no line with a command of a CI runner', `one two ${long} ::error::x`, `one two\n  ${long} ::error::x`],
  ])('%s', (_, text, expected) => {
    expect(folded(text, 30)).toBe(expected);
  });

  test('is left alone where no terminal shows it', () => {
    const text = 'one two '.repeat(100);
    expect(folded(text, Number.POSITIVE_INFINITY)).toBe(text);
  });
});

test.each([
  ['/home/you/work/a/rollout.jsonl', 'a/rollout.jsonl'],
  ['/home/you/.codex/sessions/rollout.jsonl', '~/.codex/sessions/rollout.jsonl'],
  ['/home/you/worker/rollout.jsonl', '~/worker/rollout.jsonl'],
  ['/home/you/work/..a', '..a'],
  ['/tmp/rollout.jsonl', '/tmp/rollout.jsonl'],
  ['../rollout.jsonl', '../rollout.jsonl'],
])('%s is shown as %s', (path, shown) => {
  expect(shortPath(path, { cwd: '/home/you/work', home: '/home/you' })).toBe(shown);
});

test('paths are short at a terminal, and whole in a pipe', async () => {
  const home = temporaryFolder();
  const [placed] = await homeWith([sample], join(home, '.codex'));
  const path = placed?.path ?? '';
  for (const command of ['usage', 'turns']) {
    const shown = await runCli([command, path], { isTerminal: true, columns: 200, env: { HOME: home, NO_COLOR: '1' } });
    expect(shown.stdout).toContain(`rollout  ~${path.slice(home.length)}`);
    expect((await runCli([command, path], { env: { HOME: home } })).stdout).toContain(`rollout  ${path}`);
  }
});
