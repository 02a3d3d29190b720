import { describe, expect, test } from 'vitest';
import { run } from '../src/cli.ts';
import { type Io, OutputFailed } from '../src/io.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';

function ioThatFails(failure: Error): Io & { talk: string } {
  return {
    talk: '',
    stdin: (async function* () {})(),
    out: async () => {
      throw failure;
    },
    async err(text) {
      this.talk += text;
    },
    isTerminal: false,
    errIsTerminal: false,
    columns: 80,
    errColumns: 80,
    env: {},
    cwd: process.cwd(),
    onDeadlySignal: () => () => {},
  };
}

describe('when the answer cannot be written', () => {
  test('a reader that has left is no failure and no word', async () => {
    const io = ioThatFails(new OutputFailed('EPIPE'));
    expect(await run(['usage', sample], io)).toBe(0);
    expect(io.talk).toBe('');
  });

  test('a full disk is told', async () => {
    const io = ioThatFails(new OutputFailed('ENOSPC'));
    expect(await run(['usage', sample], io)).toBe(2);
    expect(io.talk).toBe('rollout-inspect: cannot write to standard output: ENOSPC\n');
  });
});

describe('a bug of our own', () => {
  test('is told in a sentence and exits 70', async () => {
    const io = ioThatFails(new TypeError('x is not\n\u001b[31ma function'));
    expect(await run(['usage', sample], io)).toBe(70);
    expect(io.talk).toBe('rollout-inspect: internal error, please report it: x is not\\x0a\\x1b[31ma function\n');
  });

  test('shows its stack with --debug', async () => {
    const io = ioThatFails(new TypeError('oops'));
    expect(await run(['usage', sample, '--debug'], io)).toBe(70);
    expect(io.talk).toMatch(/^(rollout-inspect: .*\n)+$/);
    expect(io.talk).toContain('cli.test.ts');
  });
});

test('--version says the version of the package', async () => {
  const io = { ...ioThatFails(new Error()), written: '' };
  io.out = async (text: string) => {
    io.written += text;
  };
  expect(await run(['--version'], io)).toBe(0);
  expect(io.written).toMatch(/^\d+\.\d+\.\d+\n$/);
});
