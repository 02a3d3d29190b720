import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checks } from '../src/replay/judge/checks/index.ts';
import { noticeKinds } from '../src/usage/notice.ts';
import { runCli } from './support/run-cli.ts';

const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
const sessions = blocks.filter(({ language }) => language === 'console').map(({ text }) => text);

const env = { CODEX_HOME: 'test', PATH: `${process.cwd()}/node_modules/.bin:${process.env.PATH}` };

describe('every session in the README is true', () => {
  test.each(sessions)('%s', async (session) => {
    const [command = '', ...shown] = session.trimEnd().split('\n');
    const args = command.replace('$ rollout-inspect ', '').split(' ');
    const { stdout, stderr } = await runCli(args);
    expect(withGaps(`${stdout}${stderr}`.trimEnd().split('\n'), shown)).toEqual(shown);
  });
});

/** `lines` with `…` for those that `shown` leaves out there. */
function withGaps(lines: readonly string[], shown: readonly string[]): readonly string[] {
  const told: string[] = [];
  let at = 0;
  for (const [i, line] of shown.entries()) {
    const next = shown[i + 1];
    if (line !== '…') told.push(lines[at++] ?? '');
    else {
      told.push('…');
      while (at < lines.length && lines[at] !== next) at++;
    }
  }
  return at < lines.length ? [...told, ...lines.slice(at)] : told;
}

test('the program in the README runs and prints what its comments say', () => {
  const script = blocks.find(({ language }) => language === 'js')?.text ?? '';
  const expected = [...script.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => `${match[1]}\n`);
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })).toBe(
    expected.join(''),
  );
});

test('the blocks are of kinds that are run: by .ci/run (sh), and here', () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['sh', 'console', 'js', 'json', 'yaml']));
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text.trim());
  expect(commands).toEqual(['npm ci && npm start', 'npm test']);
});

test('the README knows every notice and every check', () => {
  const listed = [...readme.matchAll(/^\| `([a-z0-9-]+)` +\| (.*?) +\|/gm)].map((match) => [match[1], match[2]]);
  const ids = listed.map(([id]) => id);
  expect(ids.sort()).toEqual([...Object.keys(noticeKinds), ...checks.map(({ id }) => id)].sort());
  for (const { id, holds } of checks) expect(listed).toContainEqual([id, holds]);
});

test('the commands that npm start suggests are real', async () => {
  const steps = readFileSync('samples/next-steps.txt', 'utf8');
  const commands = [...steps.matchAll(/node bin\/rollout-inspect\.js (.*?)(?: {2,}.*)?$/gm)].map(
    (match) => match[1] ?? '',
  );
  expect(commands.length).toBeGreaterThan(2);
  for (const command of commands) {
    const { stderr } = await runCli(command.split(' '), { env });
    expect(stderr).not.toMatch(/unknown|no such file|internal/);
  }
}, 60_000);
