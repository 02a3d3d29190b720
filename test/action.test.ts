import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const action = parse(read('action.yml'));
const [step, ...otherSteps] = action.runs.steps;

describe('the action', () => {
  test('is one step of a composite action, and takes the version that it was published with', () => {
    expect(action.runs.using).toBe('composite');
    expect(otherSteps).toEqual([]);
    expect(step.shell).toBe('bash');
    expect(Object.keys(action.inputs)).toEqual(['paths', 'args', 'version']);
    expect(String(action.inputs.version.default)).toBe(packageJson.version);
  });

  test('puts no input into its script', () => {
    expect(step.run).not.toContain('${{');
    expect(Object.values(step.env)).toEqual(Object.keys(action.inputs).map((name) => `$\{{ inputs.${name} }}`));
  });

  test.skipIf(process.platform === 'win32')('hands each line over as one word', () => {
    const paths =
      "fixtures\r\nwith space.jsonl\n*.jsonl\n\n$(touch forged) `touch forged` \"; touch forged\n'quote'\n-x\n";
    expect(npxArguments({ paths, args: '--max-warnings\n0\n' })).toEqual([
      ...['--yes', 'rollout-inspect@1.2.3', 'check', '--max-warnings', '0', '--'],
      ...['fixtures', 'with space.jsonl', '*.jsonl', '$(touch forged) `touch forged` "; touch forged', "'quote'", '-x'],
    ]);
    expect(npxArguments({ paths: 'fixtures', args: '' }).slice(2)).toEqual(['check', '--', 'fixtures']);
  });

  test.skipIf(process.platform === 'win32')('ends as the check ends', () => {
    expect(() => npxArguments({ paths: 'fixtures', args: '', exitCode: 3 })).toThrow(
      expect.objectContaining({ status: 3 }),
    );
  });
});

test('the pre-commit hook checks rollouts with this version', () => {
  const [hook, ...others] = parse(read('.pre-commit-hooks.yaml'));
  expect(others).toEqual([]);
  expect(hook).toMatchObject({ id: 'rollout-inspect-check', files: '\\.jsonl$' });
  expect(hook.entry).toBe(`npx --yes rollout-inspect@${packageJson.version} check`);
});

test('the guide names this version', () => {
  const named = [...read('docs/ci.md').matchAll(/rollout-inspect@v?([\d.]+)|rev: v([\d.]+)/g)];
  expect(new Set(named.map(([, action, rev]) => action ?? rev))).toEqual(new Set([packageJson.version]));
});

/** Runs the script as a runner does; what it says to npx. */
function npxArguments({ paths, args, exitCode = 0 }: { paths: string; args: string; exitCode?: number }): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'action-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'npx'), `#!/bin/sh\nprintf '%s\\0' "$@"\nexit ${exitCode}\n`);
  chmodSync(join(folder, 'npx'), 0o755);
  writeFileSync(join(folder, 'script.sh'), step.run);
  const output = execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', join(folder, 'script.sh')], {
    cwd: folder,
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      CHECK_PATHS: paths,
      CHECK_ARGS: args,
      CHECK_VERSION: '1.2.3',
    },
    encoding: 'utf8',
  });
  return output.split('\0').slice(0, -1);
}
