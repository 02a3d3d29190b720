import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeRealCodex } from '../support/real-codex.ts';
import { runCli } from '../support/run-cli.ts';

interface SeenSpan {
  readonly first: string;
  readonly usage: object | null;
}

/** Where released versions stand, `<version>/node_modules/@openai/…`; else they are fetched into a temporary folder. */
const ready = process.env.ROLLOUT_INSPECT_CODEX_DIR;
let folder = '';

describeRealCodex('compat --live --bisect finds the release where an outcome changed', () => {
  beforeAll(() => {
    folder = ready ?? mkdtempSync(join(tmpdir(), 'codex-cache-'));
  });
  afterAll(() => {
    if (ready === undefined) rmSync(folder, { recursive: true, force: true });
  });

  test.concurrent('usage of a plain session begins with 0.122.0', async () => {
    const spans = await resumed('samples/0.122.0/two-turns.jsonl', '0.121.0', '0.124.0');
    expect(spans.map(({ first, usage }) => [first, usage !== null])).toEqual([
      ['0.121.0', false],
      ['0.122.0', true],
    ]);
  }, 600_000);

  test.concurrent('usage after a cold resume of a forked paginated thread ends with 0.166.0', async () => {
    const spans = await resumed('samples/0.169.0/fork.jsonl', '0.164.0', '0.166.0');
    expect(spans.map(({ first, usage }) => [first, usage !== null])).toEqual([
      ['0.164.0', true],
      ['0.166.0', false],
    ]);
  }, 600_000);
});

async function resumed(rollout: string, from: string, to: string): Promise<SeenSpan[]> {
  const live = ['--live', '--bisect', '--install', '--cache', folder];
  const env = process.env as Record<string, string>;
  const args = ['compat', rollout, ...live, '--from', from, '--to', to, '--json'];
  const { stdout, stderr } = await runCli(args, { env });
  expect(stderr.split('\n').filter((line) => line && !line.includes('installing'))).toEqual([]);
  const { rollouts } = JSON.parse(stdout);
  return rollouts[0].lifecycles.find(({ lifecycle }: { lifecycle: string }) => lifecycle === 'resume').spans;
}
