import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRollout } from '../../src/check/check-rollout.ts';
import { supportedVersion } from '../../src/codex/version.ts';
import { checkOptions } from '../support/check-options.ts';
import { temporaryFolder } from '../support/rollout.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';
const update = checkOptions({ update: true });
const version = (text: string) => [supportedVersion(text)];

/** A copy of `source` with its expectation. */
async function expected(source = sample, options = update): Promise<{ rollout: string; expectation: string }> {
  const folder = temporaryFolder();
  const rollout = join(folder, 'rollout.jsonl');
  copyFileSync(source, rollout);
  await checkRollout(rollout, options);
  return { rollout, expectation: join(folder, 'rollout.expected.json') };
}

async function found(rollout: string, options = checkOptions()): Promise<string[]> {
  const { findings } = await checkRollout(rollout, options);
  return findings
    .filter(({ id }) => id.includes('expect'))
    .map(({ id, message, expected: due, actual }) => `${id} ${message}${due === null ? '' : ` ${due} -> ${actual}`}`);
}

const edit = (path: string, from: string | RegExp, to: string) =>
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));

test('what is written is what is expected, for every sample and every version', async () => {
  for (const folder of ['0.122.0', '0.144.6', '0.169.0']) {
    for (const name of readdirSync(`samples/${folder}`)) {
      const versions = ['0.122.0', '0.144.6', '0.169.0'].map(supportedVersion);
      const options = checkOptions({ versions, codexHome: 'samples' });
      const { rollout, expectation } = await expected(`samples/${folder}/${name}`, { ...options, update: true });
      expect(await found(rollout, options), name).toEqual([]);
      expect(Object.keys(JSON.parse(readFileSync(expectation, 'utf8')).lifecycle)).toEqual([
        '0.122.0',
        '0.144.6',
        '0.169.0',
      ]);
    }
  }
});

test('a second update changes nothing', async () => {
  const { rollout, expectation } = await expected();
  const before = statSync(expectation);
  const written: string[] = [];
  await checkRollout(rollout, { ...update, onWritten: ({ path }) => written.push(path) });
  expect(written).toEqual([]);
  expect(statSync(expectation).ino).toBe(before.ino);
  expect(readFileSync(expectation, 'utf8').endsWith('}\n')).toBe(true);
  expect(readdirSync(join(expectation, '..'))).toEqual(['rollout.expected.json', 'rollout.jsonl']);
});

test('integers beyond 2^53 are written and compared to the digit', async () => {
  const { rollout, expectation } = await expected('test/oracle/int_2p53_plus1/rollout.jsonl');
  expect(readFileSync(expectation, 'utf8')).toContain('"input_tokens": 9007199254740993');
  edit(expectation, '"input_tokens": 9007199254740993', '"input_tokens": 9007199254740992');
  expect(await found(rollout)).toEqual([
    'expectation-differs tokenUsageInfo.total_token_usage.input_tokens is not as expected 9007199254740992 -> 9007199254740993',
  ]);
});

test('each field that differs is named, with what is expected and what is there', async () => {
  const { rollout, expectation } = await expected();
  edit(expectation, '"status": "completed"', '"status": "failed"');
  edit(expectation, '"error": null', '"error": { "code": -32603 }');
  edit(expectation, '"turnId": "01a20417-8d33-7d62-a222-9a8ba3c93e43"', '"turnId": "another"');
  edit(expectation, '"thread/started"', '"thread/ended"');
  expect(await found(rollout)).toEqual([
    'expectation-differs lifecycle.0.171.0.fork.stream is not as expected ' +
      '["RESPONSE", "thread/tokenUsage/updated", "thread/ended"] -> ["RESPONSE", "thread/tokenUsage/updated", "thread/started"]',
    'expectation-differs lifecycle.0.171.0.resume.error is not as expected {code: -32603} -> null',
    'expectation-differs lifecycle.0.171.0.resume.usage.turnId is not as expected "another" -> "01a20417-8d33-7d62-a222-9a8ba3c93e43"',
    'expectation-differs turns[0].status is not as expected "failed" -> "completed"',
  ]);
});

test('one changed number is one finding, with the command that accepts it', async () => {
  const { rollout, expectation } = await expected();
  edit(expectation, /("total_tokens"|"totalTokens"): 12299/g, '$1: 12300');
  const { findings } = await checkRollout(rollout, checkOptions());
  expect(findings).toMatchObject([
    {
      id: 'expectation-differs',
      severity: 'error',
      message: 'tokenUsageInfo.total_token_usage.total_tokens is not as expected, nor are the 2 fields that repeat it',
      expected: '12300',
      actual: '12299',
      because: null,
      fix: `rollout-inspect check ${rollout} --update`,
    },
  ]);
  edit(rollout, '"total_tokens":12299', '"total_tokens":12298');
  const causes = (await checkRollout(rollout, checkOptions())).findings.filter(({ because }) => because === null);
  expect(causes).toHaveLength(1);
});

test('the command that accepts keeps the versions that the expectation names, and a path is one word in it', async () => {
  const options = checkOptions({ versions: version('0.144.6') });
  const { rollout, expectation } = await expected('samples/0.144.6/two-turns.jsonl', { ...options, update: true });
  const odd = join(rollout, '..', "it's odd.jsonl");
  copyFileSync(rollout, odd);
  copyFileSync(expectation, odd.replace('.jsonl', '.expected.json'));
  const { findings } = await checkRollout(odd, checkOptions({ versions: version('0.169.0'), requireExpected: true }));
  expect(findings[0]?.fix).toBe(
    `rollout-inspect check '${odd.replace("'", "'\\''")}' --update --emulate 0.144.6 --emulate 0.169.0`,
  );
});

test('a deviation that the expectation records is accepted, one of another version is not', async () => {
  const options = checkOptions({ versions: version('0.169.0'), severities: new Map([['deviation', 'error']]) });
  const { rollout } = await expected('samples/0.169.0/compacted.jsonl', { ...options, update: true });
  const deviations = async (more = options) =>
    (await checkRollout(rollout, more)).findings.flatMap(({ id, severity }) => (id === 'deviation' ? [severity] : []));
  expect(await deviations()).toEqual(['info']);
  expect(await deviations({ ...options, versions: version('0.166.0') })).toEqual(['error']);
  expect(await deviations({ ...options, severities: new Map([['deviation', 'ignore']]) })).toEqual([]);
});

test('an update says what it changed', async () => {
  const { rollout, expectation } = await expected();
  edit(expectation, '"status": "completed"', '"status": "failed"');
  const written: unknown[] = [];
  const options = { ...update, onWritten: (each: unknown) => written.push(each) };
  await checkRollout(rollout, options);
  const changes = [{ path: 'turns[0].status', expected: '"failed"', actual: '"completed"', echoes: 0 }];
  expect(written).toEqual([{ path: expectation, changes }]);
  writeFileSync(expectation, '');
  await checkRollout(rollout, options);
  expect(written[1]).toEqual({ path: expectation, changes: null });
});

test('a turn too many, a turn too few and usage that is gone', async () => {
  const { rollout, expectation } = await expected();
  edit(rollout, /\n[^\n]*"task_started"[^\n]*(?=\n(?:(?!"task_started").)*$)/s, '');
  const differences = await found(rollout);
  expect(differences.some((each) => each.startsWith('expectation-differs usageOwner'))).toBe(true);
  copyFileSync('samples/0.169.0/no-usage.jsonl', rollout);
  expect((await found(rollout)).join('\n')).toContain(
    'tokenUsageInfo is not as expected, nor are the 4 fields that repeat it {total_token_usage: {input_tokens: 11936',
  );
  edit(expectation, /,\s*\{\s*"id": "01a20417-8d33[^}]*\}/, '');
  copyFileSync(sample, rollout);
  expect(await found(rollout)).toEqual([
    'expectation-differs turns[1] is not as expected nothing -> {id: "01a20417-8d33-7d62-a222-9a8ba3c93e43", status: "completed"}',
  ]);
});

test('the versions that an expectation names are compared, whichever is asked for', async () => {
  const options = checkOptions({ versions: version('0.144.6') });
  const { rollout, expectation } = await expected('samples/0.144.6/two-turns.jsonl', { ...options, update: true });
  edit(expectation, '"turnId": "', '"turnId": "not ');
  expect(await found(rollout)).toHaveLength(1);
  expect(await found(rollout, options)).toHaveLength(1);
  await checkRollout(rollout, update);
  expect(await found(rollout)).toEqual([]);
  expect(readFileSync(expectation, 'utf8')).toContain('"0.144.6"');
  const strict = checkOptions({ versions: version('0.169.0'), requireExpected: true });
  expect(await found(rollout, strict)).toEqual([
    'missing-expectation rollout.expected.json does not say what Codex 0.169.0 does',
  ]);
});

test('an expectation is required for the version that is checked, the newest when none is asked for', async () => {
  const options = checkOptions({ versions: version('0.144.6') });
  const { rollout } = await expected('samples/0.144.6/two-turns.jsonl', { ...options, update: true });
  expect(await found(rollout, { ...options, requireExpected: true })).toEqual([]);
  expect(await found(rollout, checkOptions({ requireExpected: true }))).toEqual([
    'missing-expectation rollout.expected.json does not say what Codex 0.171.0 does',
  ]);
});

test('an expectation that is missing fails only where it is required', async () => {
  expect(await found(sample)).toEqual([]);
  expect(await found(sample, checkOptions({ requireExpected: true }))).toEqual([
    'missing-expectation there is no two-turns.expected.json beside it',
  ]);
  expect(existsSync('samples/0.169.0/two-turns.expected.json')).toBe(false);
});

test('beside a rollout whose name is too long for that of an expectation, none is missing', async () => {
  const rollout = join(temporaryFolder(), `${'x'.repeat(245)}.jsonl`);
  copyFileSync(sample, rollout);
  expect(await found(rollout)).toEqual([]);
});

test.each<[string, (text: string) => string, string]>([
  ['is empty', () => '', 'line 1, byte 0: '],
  ['has conflict markers', (text) => `<<<<<<< ours\n${text}`, 'line 1, byte 0: '],
  ['is cut', (text) => text.slice(0, 200), 'byte 200: '],
  ['is of another version', (text) => text.replace('1', '2'), 'line 2, byte 15: version: not 1'],
  ['has a misspelt key', (text) => text.replace('"usageOwner"', '"owner"'), 'owner: unknown key'],
  ['lacks a key', (text) => text.replace(/"usageOwner".*\n/, ''), 'line 1, byte 0: usageOwner is missing'],
])('an expectation that %s is named with its place, and an update mends it', async (_, change, place) => {
  const { rollout, expectation } = await expected();
  const sound = readFileSync(expectation, 'utf8');
  writeFileSync(expectation, change(sound));
  const [finding] = await found(rollout);
  expect(finding).toContain('bad-expectation rollout.expected.json: ');
  expect(finding).toContain(place);
  await checkRollout(rollout, update);
  expect(readFileSync(expectation, 'utf8')).toBe(sound);
});

test.each(['{"input":3900,"cached":2600,"output":170}\n', '{ "version": 1, "turns": [] }', 'not JSON'])(
  'a file of somebody else that reads %j is passed over with a note, and never replaced',
  async (text) => {
    const { rollout, expectation } = await expected();
    writeFileSync(expectation, text);
    const note = 'foreign-expectation rollout.expected.json beside it is no expectation of rollout-inspect';
    expect(await found(rollout)).toEqual([note]);
    const { status, findings } = await checkRollout(rollout, update);
    expect([status, findings.map(({ severity }) => severity)]).toEqual(['pass', ['info']]);
    expect(readFileSync(expectation, 'utf8')).toBe(text);
    expect(await found(rollout, checkOptions({ requireExpected: true }))).toEqual([
      note,
      'missing-expectation there is no rollout.expected.json beside it that is an expectation',
    ]);
  },
);

test('a misspelt key deep inside, a key twice and a version that is none', async () => {
  const { rollout, expectation } = await expected();
  const text = readFileSync(expectation, 'utf8');
  for (const [from, to, reason] of [
    ['"totalTokens"', '"total"', 'lifecycle.0.171.0.resume.usage.tokenUsage.total.total: unknown key'],
    ['"usageOwner"', '"version"', 'version: stands there twice'],
    ['"0.171.0"', '"newest"', 'lifecycle.newest: not a supported Codex version'],
    ['"input_tokens": 11936', '"input_tokens": 11936.0', 'input_tokens: not a whole number'],
    ['"lifecycle": {', '"lifecycle": {}, "more": {', 'lifecycle: no version'],
  ] as const) {
    writeFileSync(expectation, text.replace(from, to));
    expect((await found(rollout)).join(), to).toContain(reason);
  }
});

test('a folder in the place of the expectation is told, and an update that cannot write it fails', async () => {
  const { rollout, expectation } = await expected();
  const { rmSync, mkdirSync } = await import('node:fs');
  rmSync(expectation);
  mkdirSync(expectation);
  expect(await found(rollout)).toEqual(['bad-expectation rollout.expected.json: cannot be read: EISDIR']);
  await expect(checkRollout(rollout, update)).rejects.toThrow(`cannot write ${expectation}: EISDIR`);
  expect(readdirSync(join(expectation, '..'))).toEqual(['rollout.expected.json', 'rollout.jsonl']);
});
