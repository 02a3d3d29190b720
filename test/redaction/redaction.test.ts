import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { predictLifecycle } from '../../src/lifecycle/predict.ts';
import { Pseudonyms } from '../../src/redaction/pseudonyms.ts';
import { redactedFile } from '../../src/redaction/redact-file.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

const samples = globSync('samples/*/*.jsonl').sort();
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Copies of all the samples of a version in one folder, redacted under the same names. */
function redactedSamples(version: string): { readonly folder: string; readonly names: Pseudonyms } {
  const folder = temporaryFolder();
  const names = new Pseudonyms();
  for (const file of samples.filter((each) => each.includes(`/${version}/`))) {
    writeFileSync(join(folder, basename(file)), redactedFile(readFileSync(file), names));
  }
  return { folder, names };
}

/** Texts of a user or a machine that stand in a sample: everything that is not a time, a number or a word of the protocol. */
function secretsOf(text: string): string[] {
  const said = [...text.matchAll(/"((?:[^"\\]|\\.){6,})"/g)].map(([, value = '']) => value);
  const isMethod = (value: string) => /^[a-z][A-Za-z]*(?:\/[A-Za-z]+)+$/.test(value);
  return said.filter((value) => (/[ /]/.test(value) && !isMethod(value)) || new RegExp(UUID.source).test(value));
}

describe.each(['0.122.0', '0.144.6', '0.169.0'])('rollouts of %s', (version) => {
  test('usage, owner and turns are the same, under other ids, for resume, fork and rejoin', async () => {
    const { folder, names } = redactedSamples(version);
    const renamed = (value: unknown) => {
      const text = JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? String(member) : member));
      return text.replace(UUID, (id) => names.uuid(id));
    };
    for (const file of samples.filter((each) => each.includes(`/${version}/`))) {
      for (const lifecycle of ['resume', 'fork', 'rejoin'] as const) {
        const [before, after] = await Promise.all(
          [file, join(folder, basename(file))].map((path) => predictLifecycle(path, { lifecycle, emulate: version })),
        );
        expect(JSON.stringify(JSON.parse(renamed(after).replace(UUID, '')))).toBe(renamed(before).replace(UUID, ''));
        const told = (prediction: typeof before) => [
          prediction?.usage?.turnId,
          ...(prediction?.turns ?? []).map(({ id }) => id),
        ];
        const ids = told(before).map((id) => id?.replace(UUID, (each) => names.uuid(each)));
        expect(told(after)).toEqual(ids);
      }
    }
  });

  test('nothing that was said, and no path and id, is found in them; lines keep their length', () => {
    const { folder } = redactedSamples(version);
    for (const file of samples.filter((each) => each.includes(`/${version}/`))) {
      const before = readFileSync(file, 'utf8');
      const after = readFileSync(join(folder, basename(file)), 'utf8');
      expect(after.split('\n').map((line) => Buffer.byteLength(line))).toEqual(
        before.split('\n').map((line) => Buffer.byteLength(line)),
      );
      for (const secret of secretsOf(before)) expect(after).not.toContain(secret);
    }
  });
});

test.each([
  [
    'a name in a map',
    '{"changes":{"/home/ann/a.ts":{"type":"add","content":"secret"}}}',
    /^\{"changes":\{"[a-z]{14}":\{"type":"add","content":"x{6}"\}\}\}$/,
  ],
  ['escapes', '{"text":"caf\\u00e9 \\"né\\""}', /^\{"text":"x+"\}$/],
  ['a key for an API', '{"env":{"OPENAI_API_KEY":"sk-123456"}}', /^\{"env":\{"[a-z]{14}":"x{9}"\}\}$/],
  ['a path stays absolute', '{"cwd":"/home/ann"}', /^\{"cwd":"\/x{8}"\}$/],
  ['what is no JSON', 'hello ann', /^x{9}$/],
  ['the version of a server', '{"userAgent":"ann/0.169.0 (Debian)"}', /^\{"userAgent":"xxx\/0\.169\.0x+"\}$/],
  [
    'numbers and words',
    '{"type":"turn_aborted","n":[1,2.50,null,true]}',
    /^\{"type":"turn_aborted","n":\[1,2\.50,null,true\]\}$/,
  ],
])('%s', (_, line, redacted) => {
  const bytes = redactedFile(Buffer.from(line), new Pseudonyms());
  expect(bytes.toString('utf8')).toMatch(redacted);
  expect(bytes.length).toBe(Buffer.byteLength(line));
});

test('bytes that are no UTF-8 stay such, since Codex refuses a rollout for them', () => {
  const bytes = redactedFile(Buffer.from([0x22, 0xff, 0x61, 0x22, 0x0a]), new Pseudonyms());
  expect([...bytes]).toEqual([0xff, 0x78, 0x78, 0x78, 0x0a]);
});

test.each([
  ['fork-resume-0.169.0', '0.169.0/fork-with-turn', '0.169.0/fork-parent'],
  ['fork-0.169.0', '0.169.0/fork-with-turn', '0.169.0/fork-parent'],
  ['resume-0.169.0', '0.169.0/two-turns', '0.169.0/two-turns'],
  ['rejoin-0.144.6', '0.144.6/two-turns', '0.144.6/two-turns'],
])('the transcript %s gets the same verdict together with its rollouts', async (capture, sample, parent) => {
  const output = join(temporaryFolder(), 'out');
  const files = [`samples/captures/${capture}.ndjson`, `samples/${sample}.jsonl`, `samples/${parent}.jsonl`];
  expect(await runCli(['redact', ...files, '--output', output])).toMatchObject({ code: 0, stderr: '' });
  const lifecycle =
    capture.split('-')[0] === 'fork' && !capture.includes('resume')
      ? 'fork'
      : capture.startsWith('rejoin')
        ? 'rejoin'
        : 'resume';
  const judged = async (transcript: string, rollout: string) => {
    const { code, stdout } = await runCli(['replay', '--transcript', transcript, `--${lifecycle}`, rollout, '--json']);
    const { verdict, checks, deviations } = JSON.parse(stdout);
    const results = checks.map(({ id, status }: Record<string, string>) => `${id} ${status}`);
    return { code, verdict, results, deviations: deviations.map(({ id }: { id: string }) => id) };
  };
  const before = await judged(files[0] ?? '', files[1] ?? '');
  expect(await judged(join(output, 'redacted-1.jsonl'), join(output, 'redacted-2.jsonl'))).toEqual(before);
});

test.each(['ndjson', 'json', 'har'])(
  'a transcript as %s for others to see holds nothing that was said',
  async (format) => {
    const capture = 'samples/captures/resume-0.169.0.ndjson';
    const { code, stdout } = await runCli(['tap', 'export', capture, '--format', format]);
    expect(code).toBe(0);
    for (const secret of secretsOf(readFileSync(capture, 'utf8'))) expect(stdout).not.toContain(secret);
    if (format === 'har') expect(JSON.parse(stdout).log.entries.length).toBeGreaterThan(2);
    const raw = await runCli(['tap', 'export', capture, '--format', format, '--no-redact']);
    expect(raw.stdout).toContain('/home/dev/.codex');
  },
);
