import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actsOnTerminal } from '../support/hostile-texts.ts';
import { sessionMeta, temporaryFolder, threadA, tokenCount, writeRollout } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { transcript } from '../support/transcript.ts';

const sample = 'samples/0.169.0/compacted.jsonl';

test.each([
  ['size-card', ['size', sample]],
  ['size-fork', ['size', 'samples/0.144.6/fork-with-turn.jsonl']],
  ['size-directory', ['size', 'samples/0.144.6']],
  ['size-csv', ['size', sample, '--csv']],
  ['size-json', ['size', 'samples/0.169.0/no-usage.jsonl', '--json']],
  ['size-damaged', ['size', 'test/oracle/truncated_last_token_count/rollout.jsonl']],
  ['size-help', ['size', '--help']],
  ['size-missing', ['size', 'nowhere.jsonl']],
])('%s', async (name, args) => {
  await expect(await transcript(args)).toMatchFileSnapshot(`../transcripts/${name}.txt`);
});

test('every session in docs/size.md is true', async () => {
  const page = readFileSync('docs/size.md', 'utf8');
  const sessions = [...page.matchAll(/^```console\n\$ rollout-inspect (.*)\n([\s\S]*?)^```$/gm)];
  expect(sessions.length).toBeGreaterThan(1);
  for (const [, command = '', shown] of sessions) {
    expect((await runCli(command.split(' '))).stdout).toBe(shown);
  }
});

test('standard input, a thread id and the newest rollout give the same answer as the file', async () => {
  const folder = temporaryFolder();
  const day = join(folder, 'sessions/2026/11/22');
  mkdirSync(day, { recursive: true });
  const id = JSON.parse(readFileSync(sample, 'utf8').split('\n', 1)[0] ?? '').payload.id;
  copyFileSync(sample, join(day, `rollout-2026-11-22T10-00-00-${id}.jsonl`));
  const parts = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).kinds;
  const expected = parts(await runCli(['size', sample, '--json']));
  for (const args of [['-'], [id, '--codex-home', folder], ['--last', '--codex-home', folder]]) {
    expect(parts(await runCli(['size', ...args, '--json'], { stdin: readFileSync(sample) }))).toEqual(expected);
  }
});

test('a folder says what is shared between its rollouts, and goes on where one cannot be read', async () => {
  const folder = temporaryFolder();
  const image = Buffer.alloc(3000, 'picture').toString('base64');
  const item = `{"timestamp":"t","type":"event_msg","payload":{"type":"user_message","message":"","images":["data:image/png;base64,${image}"]}}`;
  for (const name of ['a.jsonl', 'b.jsonl', 'c.jsonl']) writeRollout(folder, name, [sessionMeta(threadA), item]);
  const { stdout, code } = await runCli(['size', folder, join(folder, 'no.jsonl'), '--json']);
  const { total, rollouts, errors } = JSON.parse(stdout);
  expect(code).toBe(2);
  expect(rollouts).toHaveLength(3);
  expect(errors).toHaveLength(1);
  expect(total.shared).toEqual({ images: 1, imageBytes: 8000, copiedBytes: 0 });
  expect(total.bytes).toBe(rollouts.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0));
});

test('what a line calls itself acts on no terminal', async () => {
  const kind = '{"timestamp":"t","type":"\\u001b[31mred","payload":{}}';
  const path = writeRollout(temporaryFolder(), 'rollout.jsonl', [sessionMeta(threadA), kind, tokenCount(2)]);
  const { stdout } = await runCli(['size', path]);
  expect(stdout).toContain('red');
  expect(actsOnTerminal(stdout)).toBe(false);
});
