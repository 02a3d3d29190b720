import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import { temporaryFolder } from './support/rollout.ts';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const action = parse(read('action.yml'));
const [step, ...otherSteps] = action.runs.steps;

/** A checkout in which npm, the build and the program only say what they are told. */
function checkout(exitCode = 0): string {
  const root = temporaryFolder();
  for (const folder of ['.ci', 'bin', 'tools']) mkdirSync(join(root, folder));
  copyFileSync(new URL('../.ci/from-checkout', import.meta.url), join(root, '.ci', 'from-checkout'));
  writeFileSync(join(root, 'tools', 'npm'), `#!/bin/sh\necho "npm $*"\necho "npm $*" >> '${join(root, 'log')}'\n`);
  chmodSync(join(root, 'tools', 'npm'), 0o755);
  writeFileSync(
    join(root, 'build.mjs'),
    `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
     appendFileSync('log', 'build\\n'); mkdirSync('dist'); writeFileSync('dist/main.licenses.txt', '');`,
  );
  writeFileSync(
    join(root, 'bin', 'rollout-inspect.js'),
    `process.stdout.write(process.argv.slice(2).join('\\0')); process.exitCode = ${exitCode};`,
  );
  return root;
}

const withTools = (root: string) => `${join(root, 'tools')}:${process.env.PATH}`;

describe('the action', () => {
  test('is one step of a composite action', () => {
    expect(action.runs.using).toBe('composite');
    expect(otherSteps).toEqual([]);
    expect(step.shell).toBe('bash');
    expect(Object.keys(action.inputs)).toEqual(['paths', 'args']);
  });

  test('puts no input into its script', () => {
    expect(step.run).not.toContain('${{');
    const { ROLLOUT_INSPECT_DOCUMENTS: documents, ...inputs } = step.env;
    expect(Object.values(inputs)).toEqual(Object.keys(action.inputs).map((name) => `$\{{ inputs.${name} }}`));
    expect(documents).toContain('github.action_repository');
  });

  test.skipIf(process.platform === 'win32')('hands each line over as one word', () => {
    const paths =
      "fixtures\r\nwith space.jsonl\n*.jsonl\n\n$(touch forged) `touch forged` \"; touch forged\n'quote'\n-x\n";
    expect(programArguments({ paths, args: '--max-warnings\n0\n' })).toEqual([
      ...['check', '--max-warnings', '0', '--'],
      ...['fixtures', 'with space.jsonl', '*.jsonl', '$(touch forged) `touch forged` "; touch forged', "'quote'", '-x'],
    ]);
    expect(programArguments({ paths: 'fixtures', args: '' })).toEqual(['check', '--', 'fixtures']);
  });

  test.skipIf(process.platform === 'win32')('ends as the check ends', () => {
    expect(() => programArguments({ paths: 'fixtures', args: '', exitCode: 3 })).toThrow(
      expect.objectContaining({ status: 3 }),
    );
  });
});

describe.skipIf(process.platform === 'win32')('the checkout that the action and the hook run', () => {
  test('is built once, without scripts of packages, and what the program prints stays its own', () => {
    const root = checkout();
    const run = () =>
      execFileSync(join(root, '.ci', 'from-checkout'), ['check', 'a b'], {
        cwd: temporaryFolder(),
        env: { PATH: withTools(root), NODE_ENV: 'production' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    expect([run(), run()]).toEqual(['check\0a b', 'check\0a b']);
    expect(readFileSync(join(root, 'log'), 'utf8')).toBe('npm ci --ignore-scripts --include=dev\nbuild\n');
  });

  test('is that of the hook, for rollouts and expectations', () => {
    const [hook, ...others] = parse(read('.pre-commit-hooks.yaml'));
    expect(others).toEqual([]);
    expect(hook).toMatchObject({ id: 'rollout-inspect-check', language: 'script', entry: '.ci/from-checkout check' });
    const files = new RegExp(hook.files);
    const names = ['a.jsonl', 'b/c.expected.json', 'package.json', 'a.jsonl.txt'];
    expect(names.filter((name) => files.test(name))).toEqual(['a.jsonl', 'b/c.expected.json']);
  });
});

/** The program as it was built: without that, the checkout would build itself. */
const isBuilt = existsSync(new URL('../dist/main.licenses.txt', import.meta.url));

describe.skipIf(process.platform === 'win32' || !isBuilt)('the steps, run with this checkout', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));

  /** A fixture with its expectation, in which a number was changed. */
  function fixtures(): string {
    const folder = temporaryFolder();
    copyFileSync(join(root, 'samples/0.169.0/two-turns.jsonl'), join(folder, 'a.jsonl'));
    const run = (...args: string[]) =>
      spawnSync(join(root, '.ci/from-checkout'), ['check', ...args], { cwd: folder, encoding: 'utf8' });
    expect(run('a.jsonl', '--update').status).toBe(0);
    const expectation = join(folder, 'a.expected.json');
    writeFileSync(expectation, readFileSync(expectation, 'utf8').replaceAll('12299', '12300'));
    return folder;
  }

  test('the action annotates a changed expectation, says how to accept it, and fails', () => {
    const folder = fixtures();
    writeFileSync(join(folder, 'rollout-inspect.config.json'), '{ "paths": ["."] }');
    const env = {
      PATH: process.env.PATH,
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: root,
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      CHECK_PATHS: '',
      CHECK_ARGS: '--reporter=sarif=report.sarif',
      ROLLOUT_INSPECT_DOCUMENTS: 'https://github.com/o/r/blob/v1/docs',
    };
    const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toContain('::error file=a.jsonl,line=');
    expect(stdout).toContain('to accept it: rollout-inspect check a.jsonl --update');
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('| `a.jsonl` |');
    expect(readFileSync(join(folder, 'report.sarif'), 'utf8')).toContain(
      '"helpUri": "https://github.com/o/r/blob/v1/docs/checks.md#expectation-differs"',
    );
  });

  test('the hook fails a commit that changes only an expectation', () => {
    const [hook] = parse(read('.pre-commit-hooks.yaml'));
    const [script = '', ...args] = hook.entry.split(' ');
    const options = { cwd: fixtures(), encoding: 'utf8' } as const;
    const { status, stdout } = spawnSync(join(root, script), [...args, 'a.expected.json'], options);
    expect(status).toBe(1);
    expect(stdout).toContain('expectation-differs');
  });
});

test('nothing that is documented or shipped asks a registry for a package of our name', () => {
  const documents = ['README.md', 'action.yml', '.pre-commit-hooks.yaml', 'package.json', 'samples/next-steps.txt'];
  for (const name of [...documents, ...readdirSync('docs').map((file) => `docs/${file}`)]) {
    expect(read(name), name).not.toMatch(
      /(?:npx|npm exec|npm (?:i|install|add)|yarn|pnpm|bunx)\b[^\n]* rollout-inspect(?!-\*\.tgz)/,
    );
  }
});

test('the actions of our own CI are pinned by commit', () => {
  const uses = [...read('.github/workflows/ci.yml').matchAll(/uses: *(\S+)/g)].map(([, used = '']) => used);
  expect(uses.length).toBeGreaterThan(0);
  expect(uses).toContain('./');
  for (const used of uses.filter((each) => each !== './')) expect(used).toMatch(/@[0-9a-f]{40}$/);
});

test('the guide names this version', () => {
  const named = [...read('docs/ci.md').matchAll(/(?:rollout-inspect@v|rev: v|--branch v)([\d.]+)/g)];
  expect(new Set(named.map(([, version]) => version))).toEqual(new Set([packageJson.version]));
});

/** Runs the script as a runner does; what it hands to the program. */
function programArguments({ paths, args, exitCode = 0 }: { paths: string; args: string; exitCode?: number }): string[] {
  const root = checkout(exitCode);
  writeFileSync(join(root, 'script.sh'), step.run);
  const output = execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', join(root, 'script.sh')], {
    cwd: temporaryFolder(),
    env: { PATH: withTools(root), GITHUB_ACTION_PATH: root, CHECK_PATHS: paths, CHECK_ARGS: args },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return output.split('\0');
}
