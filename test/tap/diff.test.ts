import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

const capture = 'samples/captures/resume-0.169.0.ndjson';

/** What is different between a capture and what `change` makes of its lines. */
async function changed(change: (lines: string[]) => string[]): Promise<{ code: number; lines: string[] }> {
  const other = join(temporaryFolder(), 'other.ndjson');
  const lines = readFileSync(capture, 'utf8').split('\n').slice(0, -1);
  writeFileSync(
    other,
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const { code, stdout } = await runCli(['tap', 'diff', capture, other, '--exit-code']);
  return { code, lines: stdout.split('\n').slice(0, -1) };
}

const isUsage = (line: string) => line.includes('thread/tokenUsage/updated');

test('other ids and times are no difference', async () => {
  const other = (lines: string[]) =>
    lines.map((line) => line.replace(/01a2\w{4}-(?=\w{4}-7)/g, '01a3ffff-').replace(/("emittedAtMs":)\d+/g, '$11'));
  expect(await changed(other)).toEqual({ code: 0, lines: [] });
});

test('a message that is missing, one more, and one that says something else', async () => {
  expect(await changed((lines) => lines.filter((line) => !isUsage(line)))).toEqual({
    code: 1,
    lines: ['- client ← thread/tokenUsage/updated'],
  });
  expect(await changed((lines) => lines.flatMap((line) => (isUsage(line) ? [line, line] : [line])))).toEqual({
    code: 1,
    lines: ['+ client ← thread/tokenUsage/updated'],
  });
  const other = (line: string) => (isUsage(line) ? line.replace(/"totalTokens":\d+/, '"totalTokens":7') : line);
  expect(await changed((lines) => lines.map(other))).toEqual({
    code: 1,
    lines: ['~ client ← thread/tokenUsage/updated: params.tokenUsage.total.totalTokens'],
  });
});
