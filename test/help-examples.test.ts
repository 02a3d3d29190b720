import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';
import { homeWith } from './support/sample-home.ts';

const root = process.cwd();
const sample = 'samples/0.169.0/two-turns.jsonl';

/** What has answered once it listens, since nothing but a signal ends it. */
const LISTENING = /^rollout-inspect: listening|^listening|ws:\/\/127\.0\.0\.1:\d+/m;

/** A folder as a user may have it, in which every example makes sense: a home with a session, fixtures, a program. */
async function userFolder(example: string): Promise<{ cwd: string; env: Record<string, string> }> {
  const cwd = mkdtempSync(join(tmpdir(), 'help-example-'));
  const codexHome = join(cwd, '.codex');
  const [session] = await homeWith([sample], codexHome);
  const name = { id: session?.threadId, thread_name: 'Birds in winter', updated_at: '2026-11-22T17:00:00Z' };
  appendFileSync(join(codexHome, 'session_index.jsonl'), `${JSON.stringify(name)}\n`);
  cpSync(sample, join(cwd, 'rollout.jsonl'));
  for (const folder of ['fixtures', 'codex-home', 'bin']) mkdirSync(join(cwd, folder));
  cpSync('samples/0.144.6/two-turns.jsonl', join(cwd, 'fixtures', 'rollout.jsonl'));
  if (/--transcript|--from/.test(example)) cpSync('samples/captures/resume-0.169.0.ndjson', join(cwd, 'tap.ndjson'));
  const program = join(cwd, 'bin', 'rollout-inspect');
  writeFileSync(
    program,
    `#!/bin/sh\nexec '${process.execPath}' '${join(process.cwd(), 'bin/rollout-inspect.js')}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  const path = [join(cwd, 'bin'), join(process.cwd(), 'node_modules/.bin'), process.env.PATH].join(delimiter);
  return { cwd, env: { HOME: cwd, PATH: path } };
}

type Ended = { code: number | null; stdout: string; stderr: string };

/**
 * Examples that need a shell or a process of their own: pipes, servers, which a signal ends or which end us, and one that
 * looks for the home of a user who has set nothing.
 */
const NEEDS_SHELL = /[<>|]| (?:serve|tap) |--listen| sessions$/;

/** Runs an example in a user's folder; one at a time where it runs in this process, whose working directory it gets. */
async function runExample(command: string): Promise<Ended> {
  const { cwd, env } = await userFolder(command);
  try {
    if (NEEDS_SHELL.test(command)) return await inShell(command, cwd, env);
    process.chdir(cwd);
    return await runCli(words(command, cwd), { cwd, env: { ...env, CODEX_HOME: join(cwd, '.codex') } });
  } finally {
    process.chdir(root);
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** The arguments of a command, with its quotes gone and `~` replaced as a shell does. */
function words(command: string, home: string): string[] {
  const parts = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain = '']) => quoted ?? plain.replace(/^~(?=\/|$)/, home),
  );
  return parts.slice(1);
}

/** Ends a command when it listens. */
async function inShell(command: string, cwd: string, env: Record<string, string>): Promise<Ended> {
  const child = spawn('bash', ['-c', `exec ${command}`], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      if (command.includes('--listen') && LISTENING.test(said[name])) child.kill('SIGTERM');
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

const { stdout: help } = await runCli(['--help']);
const commands = [...help.matchAll(/^ {2}([a-z]+) \[/gm)].flatMap(([, name = '']) => (name === 'help' ? [] : [name]));
const examples = await Promise.all(
  commands.map(async (name) => {
    const { stdout } = await runCli([name, '--help']);
    return [...stdout.matchAll(/^ {2}(rollout-inspect .*)$/gm)].map(([, example = '']) => example);
  }),
);

test('every command has examples', () => {
  expect(commands).toContain('sessions');
  expect(commands.filter((_, i) => (examples[i]?.length ?? 0) === 0)).toEqual([]);
});

/** What an example may end with in that folder, besides 0: a check that fails is none of its own. */
const expected: Readonly<Record<string, number>> = {
  "rollout-inspect check 'fixtures/**/*.jsonl' --require-expected --max-warnings 0": 1,
};

async function isTrue(example: string): Promise<void> {
  const { code, stdout, stderr } = await runExample(example);
  expect(stderr).not.toMatch(/unknown|no such|internal|no codex|cannot/);
  const listens = example.includes('--listen');
  expect(`${code} ${stderr}`).toMatch(listens ? /^(?:143|0|null) / : new RegExp(`^${expected[example] ?? 0} `));
  if (!/ (?:serve|tap) /.test(example)) expect(stdout).not.toBe('');
}

const inShells = examples.flat().filter((example) => NEEDS_SHELL.test(example));

test.each(examples.flat().filter((example) => !inShells.includes(example)))('%s', { timeout: 60_000 }, isTrue);
test.concurrent.each(inShells)('%s', { timeout: 60_000 }, isTrue);
