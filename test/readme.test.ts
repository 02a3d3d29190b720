import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { noticeKinds } from '../src/usage/notice.ts';
import { runCli } from './support/run-cli.ts';

const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
const sessions = blocks.filter(({ language }) => language === 'console').map(({ text }) => text);

describe('every session in the README is true', () => {
  test.each(sessions)('%s', async (session) => {
    const [command = '', ...shown] = session.trimEnd().split('\n');
    const args = command.replace('$ rollout-inspect ', '').split(' ');
    const { stdout, stderr } = await runCli(args);
    expect(`${stdout}${stderr}`.trimEnd()).toBe(shown.join('\n'));
  });
});

test('the program in the README runs and prints what its comments say', () => {
  const script = blocks.find(({ language }) => language === 'js')?.text ?? '';
  const expected = [...script.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => `${match[1]}\n`);
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })).toBe(
    expected.join(''),
  );
});

test('the blocks are of kinds that are run: by .ci/run (sh), and here', () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['sh', 'console', 'js', 'json']));
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text.trim());
  expect(commands).toEqual(['npm ci && npm start', 'npm test']);
});

test('the README knows every notice', () => {
  const listed = [...readme.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual(Object.keys(noticeKinds).sort());
});

test('the commands that npm start suggests are real', async () => {
  const steps = readFileSync('samples/next-steps.txt', 'utf8');
  const commands = [...steps.matchAll(/node bin\/rollout-inspect\.js (.*?)(?: {2,}.*)?$/gm)].map(
    (match) => match[1] ?? '',
  );
  expect(commands.length).toBeGreaterThan(2);
  for (const command of commands) {
    const { stderr } = await runCli(command.split(' '), { env: { CODEX_HOME: 'test' } });
    expect(stderr).not.toMatch(/unknown|no such file|internal/);
  }
});

test('the examples in the help are real', async () => {
  const { stdout } = await runCli(['usage', '--help']);
  const examples = [...stdout.matchAll(/^ {2}rollout-inspect (.*)$/gm)].map((match) => match[1] ?? '');
  expect(examples.length).toBeGreaterThan(2);
  for (const example of examples) {
    const [command = '', file] = example.split(' < ');
    const setting = file ? { stdin: readFileSync(file) } : { env: { CODEX_HOME: 'test' } };
    const { stderr } = await runCli(command.split(' '), setting);
    expect(stderr).not.toMatch(/unknown|no such file|internal/);
  }
});
