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
  ['compat', sample, '--from', '0.155.0'],
  ['size', sample],
  ['size', 'samples/0.169.0'],
  ['tree', 'samples/0.169.0'],
  ['replay', '--server', 'embedded', '--quiet-ms', '50', '--observer', '--resume', 'samples/0.169.0/two-turns.jsonl'],
])('forty columns do for %s %s', async (...args) => {
  const { stdout } = await runCli(args, { isTerminal: true, columns: 40, env: { TERM: 'xterm' } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room
  const lines = breakable(stdout.replace(/\u001b\[[0-9;]*m/g, ''));
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter((line) => line.length > 40 && !/[^ ]{32}/.test(line))).toEqual([]);
});

test.each([
  ...[
    '',
    'sessions',
    'usage',
    'turns',
    'tree',
    'size',
    'export',
    'replay',
    'check',
    'compat',
    'serve',
    'shim',
    'completion',
  ],
  ...['redact', 'tap', 'tap watch', 'tap check', 'tap export', 'tap diff', 'tap shim', 'tap wrap', 'tap unwrap'],
])('the help of %j fits', async (command) => {
  for (const columns of [40, 80]) {
    const args = [...command.split(' ').filter((word) => word !== ''), '--help'];
    const { stdout } = await runCli(args, { isTerminal: true, columns });
    const lines = breakable(stdout);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.filter((line) => line.length > columns && !/[^ ]{30}/.test(line))).toEqual([]);
  }
});

test('a list of sessions fits, too', async () => {
  const codexHome = temporaryFolder();
  await homeWith([sample, 'samples/0.169.0/fork-parent.jsonl'], codexHome);
  const shown = async (columns: number, ...more: string[]) => {
    const setting = { isTerminal: true, columns, env: { NO_COLOR: '1' } };
    return (await runCli(['sessions', '--codex-home', codexHome, ...more], setting)).stdout;
  };
  const narrow = await shown(40, '--limit', '1');
  expect(narrow).toContain('01a20417');
  expect(narrow.split('\n').filter((line) => line.length > 40)).toEqual([]);
  // What no column shows needs no words, and what is left out is not far.
  expect(narrow.split('\n').at(-2)).toBe('1 of 2 sessions (--limit 2 shows all)');
  expect((await shown(120)).split('\n').at(-2)).toBe('2 sessions, F: a fork');
  // Why there will be no usage is said as long as there is room for it.
  expect(await shown(72)).toContain('fork-resume-no-replay');
});

test.each([
  ['usage', 100, 'total'],
  ['size', 80, 'bytes'],
])('%s names rollouts by their ids where there is no room for their paths', async (command, columns, title) => {
  const codexHome = temporaryFolder();
  const placed = await homeWith(['samples/0.169.0/two-turns.jsonl', 'samples/0.169.0/resumed.jsonl'], codexHome);
  const shown = async (width: number) => {
    const setting = { isTerminal: true, columns: width, env: { NO_COLOR: '1' } };
    return (await runCli([command, codexHome], setting)).stdout;
  };
  const [wide, middle, narrow] = [await shown(300), await shown(columns), await shown(40)];
  expect(middle).toContain(title);
  for (const { path, threadId } of placed) {
    expect(wide).toContain(path);
    expect(middle).not.toContain('.jsonl');
    expect(middle).toContain(threadId);
    expect(narrow).toContain(`${threadId.slice(0, 13)}`);
  }
});

test('a list of sessions has room for what they are called', async () => {
  const codexHome = temporaryFolder();
  await homeWith(['samples/0.169.0/two-turns.jsonl'], codexHome);
  const title = 'Which birds stay here in winter?';
  for (const columns of [60, 80, 100]) {
    const setting = { isTerminal: true, columns, env: { NO_COLOR: '1' } };
    const { stdout } = await runCli(['sessions', '--codex-home', codexHome], setting);
    expect(stdout).toContain(title.slice(0, columns / 4 - 2));
  }
});

test('messages on standard error are broken between words at a terminal, and are a line elsewhere', async () => {
  const message =
    "rollout-inspect: option '--color <when>' argument 'blue' is invalid. Allowed choices are auto, always, never. (see --help)";
  const args = ['usage', sample, '--color', 'blue'];
  expect((await runCli(args)).stderr).toBe(`${message}\n`);
  const { stderr } = await runCli(args, { errIsTerminal: true, columns: 40 });
  expect(stderr.split('\n').filter((line) => line.length > 40)).toEqual([]);
  expect(stderr.replace(/\n +/g, ' ')).toBe(`${message}\n`);
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
  const [placed] = await homeWith(['samples/0.169.0/no-usage.jsonl'], join(home, '.codex'));
  const path = placed?.path ?? '';
  const short = `~${path.slice(home.length)}`;
  for (const command of [
    'usage',
    'turns',
    'check',
    'compat --from 0.169.0',
    'size',
    'replay --server embedded --quiet-ms 50 --resume',
  ]) {
    const args = [...command.split(' '), path];
    const shown = await runCli(args, { isTerminal: true, columns: 200, env: { HOME: home, NO_COLOR: '1' } });
    expect(shown.stdout).toContain(short);
    expect(shown.stdout).not.toContain(path);
    expect((await runCli(args, { env: { HOME: home } })).stdout).toContain(path);
  }
});
