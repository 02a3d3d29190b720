import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith } from '../support/sample-home.ts';

const MEBIBYTE = 1024 * 1024;
const legacy = readFileSync('samples/0.122.0/two-turns.jsonl');
const paginated = readFileSync('samples/0.169.0/two-turns.jsonl');
const fork = readFileSync('samples/0.169.0/fork.jsonl');
const line = (before: string, bytes: number, behind: string) =>
  Buffer.concat([Buffer.from(before), Buffer.alloc(bytes, 'x'), Buffer.from(behind, 'latin1')]);
/** The first line of a rollout, with long instructions. */
const longHead = (rollout: Buffer) => {
  const head = rollout.subarray(0, rollout.indexOf('\n') + 1).toString();
  return Buffer.from(head.replace('You are a test agent.', 'x'.repeat(1.1 * MEBIBYTE)));
};
const withLongHead = (rollout: Buffer) =>
  Buffer.concat([longHead(rollout), rollout.subarray(rollout.indexOf('\n') + 1)]);

interface Case {
  readonly rollout: Buffer;
  /** Exit codes: of `usage` and `turns`, from a file and from standard input; and of `check`. */
  readonly usage: number;
  readonly turns: number;
  readonly check: number;
  /** A finding of `check`; null when there is none. */
  readonly finding: string | null;
  /** The restored total, as `usage` says it. */
  readonly total: number | null;
}

const cases: Readonly<Record<string, Case>> = {
  'is healthy': { rollout: legacy, usage: 0, turns: 0, check: 0, finding: null, total: 12_299 },
  'begins with a session_meta of over 1 MiB': {
    rollout: withLongHead(fork),
    usage: 0,
    turns: 0,
    check: 0,
    finding: 'deviation',
    total: 35_579,
  },
  'ends with a session_meta of over 1 MiB, behind which Codex finds no usage': {
    rollout: Buffer.concat([paginated, longHead(paginated)]),
    usage: 1,
    turns: 0,
    check: 0,
    finding: 'repeated-session-meta',
    total: null,
  },
  'holds a malformed line of over 1 MiB': {
    rollout: Buffer.concat([legacy, line('{"a":"', MEBIBYTE, '" oops\n')]),
    usage: 3,
    turns: 3,
    check: 0,
    finding: 'unreadable-line',
    total: 12_299,
  },
  'holds a bad byte in a line of over 1 MiB, so that Codex refuses it': {
    rollout: Buffer.concat([legacy, line('{"a":"', MEBIBYTE, '\xff"}\n')]),
    usage: 3,
    turns: 3,
    check: 1,
    finding: 'invalid-utf8',
    total: 12_299,
  },
  'ends in the middle of a character, so that Codex refuses it': {
    rollout: Buffer.concat([legacy, Buffer.from('{"a":"\xc3', 'latin1')]),
    usage: 3,
    turns: 3,
    check: 1,
    finding: 'invalid-utf8',
    total: 12_299,
  },
  'ends in the middle of a line': {
    rollout: Buffer.concat([legacy, Buffer.from('{"a":"b')]),
    usage: 0,
    turns: 0,
    check: 0,
    finding: 'torn-last-line',
    total: 12_299,
  },
};

test.each(Object.entries(cases))('a rollout that %s is the same from every door', async (_, expected) => {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  await homeWith(['samples/0.169.0/fork-parent.jsonl'], home);
  const path = join(folder, 'rollout.jsonl');
  writeFileSync(path, expected.rollout);
  const outcome = async (command: string, from: string) => {
    const args = [command, from, '--json', '--codex-home', home];
    const { code, stdout } = await runCli(args, from === '-' ? { stdin: expected.rollout } : {});
    return { code, answer: JSON.parse(stdout) };
  };
  for (const from of [path, '-']) {
    const { code, answer } = await outcome('usage', from);
    const total = answer.rollouts[0].tokenUsageInfo?.total_token_usage.total_tokens ?? null;
    expect({ from, code, total }).toEqual({ from, code: expected.usage, total: expected.total });
    expect({ from, code: (await outcome('turns', from)).code }).toEqual({ from, code: expected.turns });
  }
  const { code, answer } = await outcome('check', path);
  const ids = answer.rollouts[0].findings.map(({ id }: { id: string }) => id);
  expect(code).toBe(expected.check);
  if (expected.finding === null) expect(ids).toEqual([]);
  else expect(ids).toContain(expected.finding);
});
