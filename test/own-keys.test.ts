import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

const sources = globSync('src/**/*.ts')
  .sort()
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** What is declared as an object with any keys: looked up by a foreign name it also has `toString` and the like. */
const DECLARED = /(\w+)\??: (?:Readonly<|Partial<)*Record<string,/g;
const names = new Set(sources.flatMap(({ text }) => [...text.matchAll(DECLARED)].map(([, name = '']) => name)));

test('objects with any keys are looked up by their own keys alone', () => {
  const lookUp = new RegExp(`\\b(${[...names].join('|')})(?:\\?\\.)?\\[([^\\]'"\\d][^\\]]*)\\](?!\\s*=[^=])`, 'g');
  const wrong = sources.flatMap(({ file, text }) =>
    [...text.matchAll(lookUp)].flatMap(({ 0: found, 1: name = '', 2: key = '', index }) => {
      const before = text.slice(Math.max(0, index - 120), index);
      return before.includes(`Object.hasOwn(`) && before.includes(`${name}, ${key})`) ? [] : [`${file}: ${found}`];
    }),
  );
  expect(names.size).toBeGreaterThan(5);
  expect(wrong).toEqual([]);
});

test.each(['toString', '__proto__', 'constructor', '__defineGetter__'])('no variable is called %s', async (name) => {
  const args = ['replay', '--resume', 'samples/0.169.0/two-turns.jsonl', '--server', 'ws://127.0.0.1:1'];
  const { code, stderr } = await runCli([...args, '--token-env', name]);
  expect([code, stderr]).toEqual([
    2,
    `rollout-inspect: there is no token in ${name} (set that environment variable to it)\n`,
  ]);
  const handed = await runCli(['replay', '--resume', 'samples/0.169.0/two-turns.jsonl', '--env', name, '--', '/nope']);
  expect([handed.code, handed.stderr]).toEqual([4, expect.stringContaining('there is no such command')]);
});
