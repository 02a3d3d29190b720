import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checks } from '../src/replay/judge/checks/index.ts';
import { noticeKinds } from '../src/usage/notice.ts';
import { blocksOf, consoleSessions, homeOfThePages, runSession } from './support/console-sessions.ts';
import { picture } from './support/picture.ts';
import { temporaryFolder } from './support/rollout.ts';
import { runCli } from './support/run-cli.ts';

const env = { CODEX_HOME: 'test', PATH: `${process.cwd()}/node_modules/.bin:${process.env.PATH}` };

describe('every session in the README is true', () => {
  test.each(consoleSessions('README.md'))('%s', async (session) => {
    const { came, shown } = await runSession(session, await homeOfThePages(temporaryFolder()));
    expect(came).toEqual(shown);
  });
});

test('the README is short, and its picture is what is printed today', async () => {
  expect(readFileSync('README.md', 'utf8').split(/\s+/).length).toBeLessThanOrEqual(900);
  expect(readFileSync('docs/picture.svg', 'utf8')).toBe(await picture());
});

test('the README lists all commands that there are, and pages that there are', async () => {
  const { stdout: help } = await runCli(['--help']);
  const commands = [...help.matchAll(/^ {2}([a-z]+) [[<]/gm)].map(([, name]) => name);
  const readme = readFileSync('README.md', 'utf8');
  const listed = [...readme.matchAll(/^\| \[`(\w+)`\]\((.*?)\)/gm)];
  for (const [, , page = ''] of listed) expect(readdirSync('docs')).toContain(page.replace('docs/', ''));
  const named = [
    ...listed.map(([, name]) => name),
    ...(readme.includes('`rollout-inspect completion bash`') ? ['completion'] : []),
  ];
  expect(named.sort()).toEqual(commands.filter((name) => name !== 'help').sort());
});

test('the program in docs/library.md runs and prints what its comments say', () => {
  const script = blocksOf('docs/library.md').find(({ language }) => language === 'js')?.text ?? '';
  const expected = [...script.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => `${match[1]}\n`);
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })).toBe(
    expected.join(''),
  );
});

test('the blocks of the README are run: by .ci/run (sh), and here', () => {
  const blocks = blocksOf('README.md');
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['sh', 'console']));
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text.trim());
  expect(commands).toEqual(['npm ci && npm start', 'npm test']);
});

test('the pages know every notice and every check', () => {
  const pages = ['docs/usage.md', 'docs/replay.md'].map((path) => readFileSync(path, 'utf8')).join('\n');
  const listed = [...pages.matchAll(/^\| `([a-z0-9-]+)` +\| (.*?) +\|/gm)].map((match) => [match[1], match[2]]);
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
