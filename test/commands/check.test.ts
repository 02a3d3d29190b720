import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/cli.ts';
import { ReportFile } from '../../src/commands/shared/report-file.ts';
import { reports } from '../../src/files/kinds.ts';
import { OutputFailed } from '../../src/io.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { type CliResult, type CliSetting, runCli } from '../support/run-cli.ts';

const sound = 'samples/0.122.0/two-turns.jsonl';
const withInfo = 'samples/0.122.0/no-usage.jsonl';
const withDeviation = 'samples/0.169.0/fork-with-turn.jsonl';
const oneWarning = [withDeviation, '--severity', 'deviation=warning'];
const broken = 'test/oracle/exp_2e3/rollout.jsonl';

interface CheckJson {
  readonly rollouts: readonly {
    readonly path: string;
    readonly status: string;
    readonly findings: readonly { readonly id: string; readonly severity: string }[];
  }[];
  readonly summary: object;
  readonly exitCode: number;
}

/** Runs `check` where there is no configuration. */
async function check(args: readonly string[], setting: CliSetting = {}): Promise<CliResult> {
  return runCli(['check', ...args], setting);
}

async function json(args: readonly string[], setting?: CliSetting): Promise<CheckJson> {
  const { code, stdout, stderr } = await check([...args, '--json'], setting);
  expect(stdout, stderr).not.toBe('');
  const report = JSON.parse(stdout) as CheckJson;
  expect(report.exitCode).toBe(code);
  return report;
}

test('the exit code is the worst of all rollouts', async () => {
  expect((await check([sound])).code).toBe(0);
  expect((await check([sound, withInfo, withDeviation])).code).toBe(0);
  expect((await check([sound, broken])).code).toBe(1);
  expect((await check([sound, broken, 'nowhere.jsonl'])).code).toBe(2);
  const { rollouts, summary } = await json([broken, 'nowhere.jsonl', sound]);
  expect(rollouts.map(({ path, status }) => `${path} ${status}`)).toEqual([
    `${broken} fail`,
    'nowhere.jsonl error',
    `${sound} pass`,
  ]);
  expect(summary).toEqual({ passed: 1, failed: 1, errors: 1, tooManyWarnings: null, accepted: 0, configuration: null });
});

test('warnings fail a run when there are more than it may have', async () => {
  expect((await check([...oneWarning, '--max-warnings', '0'])).code).toBe(1);
  expect((await check([...oneWarning, '--max-warnings', '1'])).code).toBe(0);
  expect((await json([...oneWarning, '--max-warnings', '0'])).rollouts[0]?.status).toBe('pass');
  expect((await check([withDeviation, '--max-warnings', '0'])).code).toBe(0);
  const { stdout } = await check([...oneWarning, '--max-warnings', '0']);
  expect(stdout).toContain('\nfailed: 1 warning, and 0 are allowed (--max-warnings)\n');
  expect((await json([...oneWarning, '--max-warnings', '0'])).summary).toMatchObject({
    failed: 0,
    tooManyWarnings: { found: 1, allowed: 0 },
  });
});

test('a severity can be chosen, or a finding ignored', async () => {
  expect((await check([withInfo, '--severity', 'no-usage=error'])).code).toBe(1);
  expect((await check([broken, '--severity', 'dropped-token-count=warning'])).code).toBe(0);
  const { rollouts } = await json([broken, '--severity', 'dropped-token-count=ignore']);
  expect(rollouts[0]).toEqual({ path: broken, status: 'pass', findings: [] });
});

test.each([
  [['--severity', 'no-such-check=error'], 'there is no check no-such-check'],
  [['--severity', 'no-usage=loud'], 'not of the form id=level'],
  [['--severity', 'no-usage'], 'not of the form id=level'],
  [['--severity', 'server-failed=ignore'], 'so it stays an error'],
  [['--max-warnings', 'many'], 'It is not a whole number.'],
  [['--max-warnings', '9999999999'], 'It is more than 2147483647.'],
  [['--emulate', '0.90.0'], 'too old'],
  [['--reporter', 'xml'], 'no such reporter: xml'],
  [['--json', '--ndjson'], 'cannot be used with'],
  [['--json', '--reporter', 'pretty'], 'two reports on standard output'],
  [['--reporter', 'json=/nowhere/report.json'], 'cannot write /nowhere/report.json: ENOENT'],
  [['--config', 'nowhere.json'], 'cannot read the configuration nowhere.json: ENOENT'],
  [['--server', 'embedded'], '--server and --codex-bin are for --replay'],
  [['--replay', '--server', 'imaginary'], 'no such server'],
  [['-'], 'standard input cannot be checked'],
])('check with %j cannot be done', async (args, reason) => {
  const { code, stdout, stderr } = await check([sound, ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(reason);
});

test('a run that names no rollout, or a folder without any, is none', async () => {
  expect(await check([])).toMatchObject({ code: 2, stdout: '' });
  expect((await check([temporaryFolder()])).code).toBe(2);
});

test('a configuration in the working directory counts, and the command line before it', async () => {
  const cwd = temporaryFolder();
  const config = join(cwd, 'rollout-inspect.config.json');
  writeFileSync(config, '{ "severity": { "deviation": "error", "no-usage": "warning" }, "maxWarnings": 0 }');
  expect((await check([withDeviation], { cwd })).code).toBe(1);
  expect((await check([withInfo], { cwd })).code).toBe(1);
  expect((await check([withInfo, '--max-warnings', '1'], { cwd })).code).toBe(0);
  expect((await check([withDeviation, '--severity', 'deviation=info'], { cwd })).code).toBe(0);
  writeFileSync(config, '{ "emulate": ["0.144.6"], "requireExpected": true }');
  const { rollouts } = await json([withDeviation], { cwd });
  expect([...new Set(rollouts[0]?.findings.map(({ id }) => id))]).toEqual([
    'missing-expectation',
    'newer-records',
    'cannot-load',
  ]);
  writeFileSync(config, '{\n  "severities": {}\n}');
  const { code, stderr } = await check([sound], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('rollout-inspect.config.json: line 2, byte 18: severities: unknown key');
  expect((await check([sound], { cwd: temporaryFolder() })).code).toBe(0);
});

test('the nearest configuration counts: of the first rollout, or of the working directory, and never from outside of the checkout', async () => {
  const root = temporaryFolder();
  const fixtures = join(root, 'checkout', 'fixtures', 'deep');
  mkdirSync(fixtures, { recursive: true });
  copyFileSync(withInfo, join(fixtures, 'a.jsonl'));
  const config = (folder: string) => join(folder, 'rollout-inspect.config.json');
  writeFileSync(config(root), '{ "severity": { "no-usage": "error" } }');
  const checked = (setting: CliSetting = {}) => check([join(fixtures, 'a.jsonl')], setting);
  const cwd = temporaryFolder();
  expect(await checked({ cwd })).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(`configuration: ${config(root)}`),
  });
  mkdirSync(join(root, 'checkout', '.git'));
  expect((await checked({ cwd })).code).toBe(0);
  writeFileSync(config(join(root, 'checkout')), '{ "severity": { "no-usage": "warning" }, "maxWarnings": 0 }');
  expect((await checked({ cwd })).code).toBe(1);
  writeFileSync(config(cwd), '{ "severity": { "no-usage": "ignore" } }');
  expect((await json([join(fixtures, '*.jsonl')], { cwd })).summary).toMatchObject({
    configuration: config(join(root, 'checkout')),
  });
  expect((await json([withInfo], { cwd })).summary).toMatchObject({ configuration: config(cwd) });
});

test('paths of the configuration are checked when none is named, wherever the run begins', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'fixtures', 'deep'), { recursive: true });
  copyFileSync(sound, join(folder, 'fixtures', 'a.jsonl'));
  writeFileSync(join(folder, 'rollout-inspect.config.json'), '{ "paths": ["fixtures"] }');
  const { rollouts } = await json([], { cwd: join(folder, 'fixtures', 'deep') });
  expect(rollouts.map(({ path }) => basename(path))).toEqual(['a.jsonl']);
});

test('severities can differ by path, the last that matches counts, and the command line before all', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'old'));
  for (const name of ['a.jsonl', 'old/b.jsonl', 'old/c.jsonl']) copyFileSync(withInfo, join(folder, name));
  const overrides = [
    { files: ['old/**'], severity: { 'no-usage': 'error' } },
    { files: ['old/c.*'], severity: { 'no-usage': 'ignore' } },
  ];
  const config = { severity: { 'no-usage': 'warning' }, overrides };
  writeFileSync(join(folder, 'rollout-inspect.config.json'), JSON.stringify(config));
  const severities = async (...args: string[]) =>
    (await json([folder, ...args])).rollouts.map(({ findings }) => findings.map(({ severity }) => severity).join());
  expect(await severities()).toEqual(['warning', 'error', '']);
  expect(await severities('--severity', 'no-usage=info')).toEqual(['info', 'info', 'info']);
});

test('a baseline accepts what was found when it was written, and nothing more', async () => {
  const folder = temporaryFolder();
  const [old, baseline] = [join(folder, 'old.jsonl'), join(folder, 'accepted.json')];
  const lines = readFileSync(sound, 'utf8').split('\n').toSpliced(4, 0, 'no record');
  writeFileSync(old, lines.join('\n'));
  copyFileSync(broken, join(folder, 'broken.jsonl'));
  const args = [folder, '--baseline', baseline, '--max-warnings', '0'];
  expect(await check(args)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('write it with --update-baseline'),
  });
  expect(await check([...args, '--update-baseline'])).toMatchObject({
    code: 0,
    stderr: `rollout-inspect: wrote ${baseline}: findings accepted: 2\n`,
  });
  expect(JSON.parse(readFileSync(baseline, 'utf8'))).toEqual({
    baseline: 1,
    accepted: { 'broken.jsonl': { 'dropped-token-count': 1 }, 'old.jsonl': { 'unreadable-line': 1 } },
  });
  const quiet = await check(args);
  expect([quiet.code, quiet.stdout]).toEqual([0, '2 rollouts: 2 passed\naccepted by the baseline: 2\n']);

  writeFileSync(old, lines.toSpliced(4, 0, 'no record either').join('\n'));
  const { rollouts, exitCode } = await json(args);
  expect(rollouts.map(({ findings }) => findings.map(({ id }) => id))).toEqual([
    [],
    ['unreadable-line', 'unreadable-line'],
  ]);
  expect(exitCode).toBe(1);
  expect((await check([folder, '--update-baseline'])).stderr).toContain('--update-baseline needs a baseline');
  writeFileSync(baseline, '{ "baseline": 1, "accepted": { "old.jsonl": { "expectation-differs": 1 } } }');
  expect((await check(args)).stderr).toContain('expectation-differs: not a check that a baseline can accept');
});

test('a baseline replaces no other file', async () => {
  const file = join(temporaryFolder(), 'package.json');
  writeFileSync(file, '{ "name": "mine" }');
  const { code } = await check([broken, '--baseline', file, '--update-baseline']);
  expect([code, readFileSync(file, 'utf8')]).toEqual([2, '{ "name": "mine" }']);
});

test('a check explains itself', async () => {
  const { code, stdout } = await check(['--explain', 'missing-ancestor']);
  expect(code).toBe(0);
  expect(readFileSync('docs/checks.md', 'utf8')).toContain(stdout);
  expect(stdout).toMatch(/^## missing-ancestor\n/);
  expect((await check(['--explain', 'no-such'])).stderr).toContain(
    'there is no check no-such (one of unreadable-rollout, ',
  );
});

test('patterns that the shell left alone are expanded, and each rollout is checked once', async () => {
  const { rollouts } = await json([
    'samples/0.122.0/f*.jsonl',
    'samples/0.122.0/fork.jsonl',
    'samples/**/two-?urns.jsonl',
  ]);
  expect(rollouts.map(({ path }) => path)).toEqual([
    'samples/0.122.0/fork-of-fork.jsonl',
    'samples/0.122.0/fork-parent.jsonl',
    'samples/0.122.0/fork-with-turn.jsonl',
    'samples/0.122.0/fork.jsonl',
    'samples/0.122.0/two-turns.jsonl',
    'samples/0.144.6/two-turns.jsonl',
    'samples/0.169.0/two-turns.jsonl',
  ]);
  const nothing = await check(['samples/**/nothing-*.jsonl']);
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain('no rollout is called like samples/**/nothing-*.jsonl');
});

test('a file whose name is a pattern is itself', async () => {
  const folder = temporaryFolder();
  copyFileSync(broken, join(folder, 'a[1].jsonl'));
  copyFileSync(sound, join(folder, 'a1.jsonl'));
  expect((await check([join(folder, 'a[1].jsonl')])).code).toBe(1);
  expect((await check([join(folder, 'a[2-9].jsonl')])).code).toBe(2);
});

test('a pipe is refused, since it can be read only once', async () => {
  const pipe = join(temporaryFolder(), 'pipe.jsonl');
  execFileSync('mkfifo', [pipe]);
  const { code, stderr } = await check([pipe]);
  expect(code).toBe(2);
  expect(stderr).toContain('is not a file');
});

test('expectations are written beside the rollouts, and then required', async () => {
  const folder = temporaryFolder();
  for (const name of readdirSync('samples/0.169.0')) copyFileSync(join('samples/0.169.0', name), join(folder, name));
  expect((await check([folder, '--require-expected'])).code).toBe(1);
  const updated = await check([folder, '--update']);
  expect(updated.code).toBe(0);
  expect(updated.stderr).toContain(`rollout-inspect: wrote ${join(folder, 'two-turns.expected.json')}, which is new\n`);
  expect(updated.stderr).toMatch(/\nrollout-inspect: expectations written: 9\n$/);
  expect((await check([folder, '--update'])).stderr).toContain('expectations written: 0');
  expect((await check([folder, '--require-expected'])).code).toBe(0);
  writeFileSync(
    join(folder, 'two-turns.jsonl'),
    readFileSync(join(folder, 'two-turns.jsonl'), 'utf8').replaceAll('"total_tokens":12299', '"total_tokens":12300'),
  );
  const { rollouts } = await json([folder]);
  const failed = rollouts.filter(({ status }) => status === 'fail');
  expect(failed.map(({ path }) => path)).toEqual([join(folder, 'two-turns.jsonl')]);
});

test('a fixture does not vanish in silence: its expectation is left', async () => {
  const folder = temporaryFolder();
  for (const name of ['two-turns', 'interrupted'])
    copyFileSync(`samples/0.169.0/${name}.jsonl`, join(folder, `${name}.jsonl`));
  await check([folder, '--update']);
  rmSync(join(folder, 'interrupted.jsonl'));
  const orphan = join(folder, 'interrupted.expected.json');
  for (const elsewhere of ['node_modules', '.cache']) {
    mkdirSync(join(folder, elsewhere));
    copyFileSync(orphan, join(folder, elsewhere, 'interrupted.expected.json'));
  }
  const { rollouts, exitCode } = await json([folder, folder]);
  expect(rollouts.map(({ path, status }) => [path, status])).toEqual([
    [join(folder, 'two-turns.jsonl'), 'pass'],
    [orphan, 'fail'],
  ]);
  expect(exitCode).toBe(1);
  expect((await check([folder, '--severity', 'orphan-expectation=ignore'])).code).toBe(0);
});

test('an expectation stands for the rollout beside it, and a foreign one without a rollout for nothing', async () => {
  const folder = temporaryFolder();
  copyFileSync(sound, join(folder, 'a.jsonl'));
  await check([folder, '--update']);
  writeFileSync(join(folder, 'golden.expected.json'), '{}');
  const changed = ['a.expected.json', 'a.jsonl', 'golden.expected.json'].map((name) => join(folder, name));
  const { rollouts, exitCode } = await json(changed);
  expect(rollouts.map(({ path, status }) => [path, status])).toEqual([[join(folder, 'a.jsonl'), 'pass']]);
  expect(exitCode).toBe(0);
  rmSync(join(folder, 'a.jsonl'));
  expect((await json([join(folder, 'a.expected.json')])).rollouts).toMatchObject([{ status: 'fail' }]);
});

test.each<[string, (folder: string) => [string, string]]>([
  ['the parent rollout', (folder) => [join(folder, 'parent.jsonl'), 'it holds records of a rollout']],
  ['its own configuration', (folder) => [join(folder, 'rollout-inspect.config.json'), 'this run reads it']],
  ['a configuration of another name', (folder) => [join(folder, 'config.json'), 'this run reads it']],
  ['whatever else stands there', (folder) => [join(folder, 'package.json'), 'it is not a report of this kind']],
])('a report never replaces %s', async (_, victim) => {
  const folder = temporaryFolder();
  const [path, reason] = victim(folder);
  copyFileSync('samples/0.169.0/fork.jsonl', join(folder, 'fork.jsonl'));
  copyFileSync('samples/0.169.0/fork-parent.jsonl', join(folder, 'parent.jsonl'));
  for (const name of ['rollout-inspect.config.json', 'config.json', 'package.json']) {
    writeFileSync(join(folder, name), '{}');
  }
  const before = readFileSync(path, 'utf8');
  const config = path.endsWith('/config.json') ? ['--config', path] : [];
  const args = [join(folder, 'fork.jsonl'), ...config, '--reporter', `json=${path}`];
  const { code, stderr } = await check(args, { cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringContaining(`${path} is not replaced: ${reason}`)]);
  expect(readFileSync(path, 'utf8')).toBe(before);
  const forced = await check([...args, '--force'], { cwd: folder });
  expect(forced.code).toBe(path.endsWith('package.json') ? 0 : 2);
  if (forced.code === 2) expect(readFileSync(path, 'utf8')).toBe(before);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test.each(['pretty', 'json', 'ndjson', 'junit', 'sarif', 'github'])(
  'a report of an earlier run is replaced: %s',
  async (name) => {
    const file = join(temporaryFolder(), 'report');
    for (const rollouts of [[broken, sound], [sound], [broken]]) {
      const { stderr } = await check([...rollouts, '--reporter', `${name}=${file}`]);
      expect(stderr).toBe('');
    }
    expect(readFileSync(file, 'utf8')).toContain('dropped-token-count');
  },
);

test('reports go to files, whole or not at all', async () => {
  const folder = temporaryFolder();
  const [junit, ndjson] = [join(folder, 'junit.xml'), join(folder, 'rollouts.ndjson')];
  const { code, stdout } = await check([
    ...[sound, broken, '--reporter', 'pretty'],
    ...['--reporter', `junit=${junit}`, '--reporter', `ndjson=${ndjson}`],
  ]);
  expect(code).toBe(1);
  expect(stdout).toContain('dropped-token-count');
  expect(readFileSync(junit, 'utf8')).toContain('dropped-token-count');
  expect(readFileSync(ndjson, 'utf8')).toContain('"dropped-token-count"');
  expect(readdirSync(folder).sort()).toEqual(['junit.xml', 'rollouts.ndjson']);

  const before = readFileSync(junit, 'utf8');
  const failed = await check([sound, '--reporter', `junit=${junit}`, '--reporter', `json=${folder}`]);
  expect(failed.code).toBe(2);
  expect(readFileSync(junit, 'utf8')).toBe(before);
  expect(readdirSync(folder).sort()).toEqual(['junit.xml', 'rollouts.ndjson']);
});

test('two reports to one file are refused before anything is written', async () => {
  const folder = temporaryFolder();
  const [file, detour] = [join(folder, 'report.xml'), `${folder}/../${basename(folder)}/report.xml`];
  const { code, stdout, stderr } = await check([sound, '--reporter', `junit=${file}`, '--reporter', `json=${detour}`]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`two reports in one file: ${detour}`);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['rollout.jsonl', 'rollout.expected.json'])('a report never replaces %s, which is checked', async (name) => {
  const folder = temporaryFolder();
  copyFileSync(sound, join(folder, 'rollout.jsonl'));
  await check([folder, '--update']);
  const before = readFileSync(join(folder, name), 'utf8');
  for (const force of [[], ['--force']]) {
    const { code, stderr } = await check([folder, '--reporter', `ndjson=${join(folder, name)}`, ...force]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /rollout\.(?:jsonl|expected\.json) is not replaced: |a report would replace .*, which is checked/,
    );
  }
  expect(readFileSync(join(folder, name), 'utf8')).toBe(before);
  expect(readdirSync(folder)).toEqual(['rollout.expected.json', 'rollout.jsonl']);
});

test('a run that is interrupted leaves nothing of its reports', async () => {
  const folder = temporaryFolder();
  const cleanUps = new Set<() => Promise<void>>();
  const onDeadlySignal = (cleanUp: () => Promise<void>) => {
    cleanUps.add(cleanUp);
    return () => cleanUps.delete(cleanUp);
  };
  const report = await ReportFile.begin(
    join(folder, 'report.json'),
    reports.json,
    { inputs: [], force: false },
    onDeadlySignal,
  );
  await report.write('half of it');
  expect(readdirSync(folder)).toHaveLength(1);
  for (const cleanUp of cleanUps) await cleanUp();
  expect(readdirSync(folder)).toEqual([]);

  await report.abandon();
  const whole = await ReportFile.begin(
    join(folder, 'report.json'),
    reports.json,
    { inputs: [], force: false },
    onDeadlySignal,
  );
  await whole.end();
  expect(cleanUps.size).toBe(0);
  expect(readdirSync(folder)).toEqual(['report.json']);
});

test('on GitHub annotations come by themselves, beside a report for programs on standard error', async () => {
  const summary = join(temporaryFolder(), 'summary.md');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  const pretty = await check([broken], { env });
  expect(pretty.stdout).toMatch(/^::error /m);
  expect(readFileSync(summary, 'utf8')).toContain('dropped-token-count');
  const machine = await check([broken, '--json'], { env });
  expect(() => JSON.parse(machine.stdout)).not.toThrow();
  expect(machine.stderr).toMatch(/^::error /m);
  expect((await check([broken])).stdout).not.toContain('::error');
  const unwritable = await check([sound], { env: { ...env, GITHUB_STEP_SUMMARY: '/nowhere/summary.md' } });
  expect(unwritable).toMatchObject({ code: 0, stderr: 'rollout-inspect: note: no step summary: ENOENT\n' });
});

test('the verdict stands when the reader of the output has left', async () => {
  const io = {
    out: async () => {
      throw new OutputFailed('EPIPE');
    },
    err: async () => {},
    stdin: Object.assign((async function* () {})(), { isTTY: false }),
    isTerminal: false,
    errIsTerminal: false,
    columns: 80,
    errColumns: 80,
    env: {},
    cwd: temporaryFolder(),
    onDeadlySignal: () => () => {},
  };
  expect(await run(['check', sound], io)).toBe(0);
  expect(await run(['check', broken, sound], io)).toBe(1);
});

test('several versions are checked at once, and what they have in common is told once', async () => {
  const args = ['--emulate', '0.122.0', '--emulate', '0.144.6', '--emulate', '0.169.0'];
  const { rollouts } = await json([
    'test/oracle/cache_write_null/rollout.jsonl',
    'test/oracle/unknown_type_mid/rollout.jsonl',
    ...args,
  ]);
  expect(rollouts.map(({ findings }) => findings.map(({ id }) => id))).toEqual([
    ['dropped-token-count'],
    ['unknown-record-kind', 'unknown-record-kind'],
  ]);
});

test('two runs say the same, byte for byte, in the order of the arguments', async () => {
  const args = ['test/cases', 'samples', '--json'];
  const first = await check(args);
  expect((await check(args)).stdout).toBe(first.stdout);
  const { rollouts } = JSON.parse(first.stdout) as CheckJson;
  const isSample = rollouts.map(({ path }) => path.startsWith('samples'));
  expect(isSample).toEqual(isSample.toSorted());
  expect(isSample.indexOf(true)).toBeGreaterThan(20);
});

test('a throw-away home does not outlive a run on a live server', async () => {
  const temporary = temporaryFolder();
  mkdirSync(join(temporary, 'rollouts'));
  copyFileSync(sound, join(temporary, 'rollouts', 'a.jsonl'));
  copyFileSync(sound, join(temporary, 'rollouts', 'b.jsonl'));
  copyFileSync(broken, join(temporary, 'rollouts', 'c.jsonl'));
  const { rollouts } = await json([join(temporary, 'rollouts'), '--replay', '--server', 'embedded']);
  expect(rollouts.map(({ status, findings }) => [status, ...findings.map(({ id }) => id)])).toEqual([
    ['pass'],
    ['pass'],
    ['fail', 'dropped-token-count'],
  ]);
  expect(existsSync(join(temporary, 'rollouts', 'a.jsonl'))).toBe(true);
});

test('what a live server does with a rollout does not depend on what else is checked', async () => {
  const folder = temporaryFolder();
  const [parents, forks] = [join(folder, 'parents'), join(folder, 'forks')];
  for (const each of [parents, forks]) mkdirSync(each);
  copyFileSync('samples/0.169.0/fork-parent.jsonl', join(parents, 'parent.jsonl'));
  copyFileSync('samples/0.169.0/fork.jsonl', join(forks, 'fork.jsonl'));
  const live = ['--replay', '--server', 'embedded', '--codex-home', folder];
  const alone = await json([forks, ...live]);
  expect(alone.rollouts[0]?.findings.map(({ id }) => id)).toContain('missing-ancestor');
  for (const order of [
    [parents, forks],
    [forks, parents],
  ]) {
    const { rollouts } = await json([...order, ...live]);
    expect(rollouts.find(({ path }) => path.startsWith(forks))).toEqual(alone.rollouts[0]);
  }
}, 30_000);
