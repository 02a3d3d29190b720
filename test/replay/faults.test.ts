import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestCodex } from '../../src/codex/version.ts';
import { EmbeddedServer } from '../../src/server/embedded-server.ts';
import { faultNames, parseFault } from '../../src/server/faults/fault.ts';
import { listen } from '../../src/server/listen.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith } from '../support/sample-home.ts';

const lifecycles = ['resume', 'fork', 'rejoin'] as const;

/** Each fault, the checks that fail for it and no other, and the exit code. */
const table: readonly {
  readonly fault: string;
  readonly fails: readonly string[];
  readonly code?: 4;
  readonly only?: 'fork' | 'with observer';
}[] = [
  { fault: 'omit-usage', fails: ['usage-present'] },
  { fault: 'usage-before-response', fails: ['usage-after-response'] },
  { fault: 'duplicate-usage', fails: ['usage-once'] },
  { fault: 'broadcast-usage', fails: ['usage-targeted'], only: 'with observer' },
  { fault: 'wrong-turn', fails: ['usage-turn'] },
  { fault: 'wrong-thread', fails: ['usage-thread'] },
  { fault: 'total-only', fails: ['usage-values'] },
  { fault: 'stale-usage', fails: ['usage-values'] },
  { fault: 'rounded-usage', fails: ['usage-values'] },
  { fault: 'persist-usage', fails: ['not-persisted'] },
  { fault: 'started-before-usage', fails: ['fork-started-after-usage'], only: 'fork' },
  { fault: 'turn-before-usage', fails: ['usage-before-turn'] },
  { fault: 'close-after-response', fails: ['usage-present'], code: 4 },
  { fault: 'never-respond', fails: ['response'], code: 4 },
  { fault: 'slow:4000', fails: ['response'], code: 4 },
  { fault: 'garbage', fails: ['protocol'] },
  { fault: 'error', fails: ['response'] },
];

/**
 * What a fault does is the same on every transport, so each of these is tried in this process, and on the others those
 * alone that concern the connection itself. ROLLOUT_INSPECT_FAULTS=all tries each of them everywhere.
 */
const aboutTheConnection = ['omit-usage', 'broadcast-usage', 'close-after-response', 'never-respond', 'garbage'];
const onEveryTransport = table.filter(
  ({ fault }) => process.env.ROLLOUT_INSPECT_FAULTS === 'all' || aboutTheConnection.includes(fault),
);

const sample = 'samples/0.169.0/two-turns.jsonl';
const quick = ['--quiet-ms', '50', '--json'];
/** For servers at the other end of a connection, which may be slow to speak, and to close. */
const fast = ['--quiet-ms', '250', '--json'];
const impatient = ['--request-timeout', '400'];
/** Only for a server that does not answer a limit is reached. */
const limitsFor = (fault: string) => (/^(?:never-respond|slow)/.test(fault) ? impatient : []);

interface Verdict {
  readonly code: number;
  readonly fails: readonly string[];
  readonly verdict: string;
  readonly skipped: readonly string[];
}

async function verdictOf(args: readonly string[]): Promise<Verdict> {
  const { code, stdout, stderr } = await runCli(['replay', ...args]);
  if (stdout === '' && code === 4) return { code, verdict: 'fail', fails: [], skipped: [] };
  if (stdout === '') throw new Error(stderr);
  const { checks, verdict } = JSON.parse(stdout) as { checks: { id: string; status: string }[]; verdict: string };
  const ids = (wanted: string) => checks.filter(({ status }) => status === wanted).map(({ id }) => id);
  return { code, verdict, fails: ids('fail'), skipped: ids('skip') };
}

test('every fault is in the table', () => {
  expect(table.map(({ fault }) => parseFault(fault).name).sort()).toEqual(Object.keys(faultNames).sort());
});

describe.each(lifecycles)('%s, in this process', (lifecycle) => {
  const rows = table.filter(({ only }) => only !== 'fork' || lifecycle === 'fork');

  test.concurrent.each(rows)('$fault: $fails', async ({ fault, fails, code = 1 }) => {
    const args = [`--${lifecycle}`, sample, '--server', 'embedded', '--fault', fault, ...quick, ...limitsFor(fault)];
    const seen = await verdictOf(args);
    // A rejoin needs the other connection to be answered, which then fails first.
    const isCutOff = lifecycle === 'rejoin' && code === 4;
    if (!isCutOff) expect(seen.fails).toEqual(fails);
    expect(seen).toMatchObject({ code, verdict: 'fail' });
  });

  test.concurrent.each(['0.122.0', '0.144.6', '0.169.0'])('no fault, as Codex %s', async (version) => {
    const own = `samples/${version}/two-turns.jsonl`;
    const seen = await verdictOf([`--${lifecycle}`, own, '--server', 'embedded', '--emulate', version, ...quick]);
    const skipped = lifecycle === 'fork' ? [] : ['fork-started-after-usage'];
    expect(seen).toEqual({ code: 0, verdict: 'pass', fails: [], skipped });
  });
});

describe('by a command on standard input and output', () => {
  // A server runs in its home.
  const serve = ['--', process.execPath, join(process.cwd(), 'bin/rollout-inspect.js'), 'serve', '--codex-home', '.'];
  const rows = onEveryTransport.filter(({ only }) => only === undefined);

  test.concurrent.each(rows)('resume, $fault: $fails', async ({ fault, fails, code = 1 }) => {
    const seen = await verdictOf(['--resume', sample, ...fast, ...limitsFor(fault), ...serve, '--fault', fault]);
    expect(seen).toMatchObject({ code, verdict: 'fail', fails });
  });

  test.concurrent.each(['resume', 'fork'])('%s, no fault', async (lifecycle) => {
    const seen = await verdictOf([`--${lifecycle}`, sample, ...fast, ...serve]);
    expect(seen).toMatchObject({ code: 0, verdict: 'pass', fails: [] });
  });
});

describe.each(['ws', 'unix'] as const)('dialled over %s', (transport) => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faults-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function replayOn(faults: readonly string[], lifecycle: string): Promise<Verdict> {
    const home = await mkdtemp(join(folder, 'home-'));
    const [placed] = await homeWith([sample], home);
    const server = new EmbeddedServer({ codexHome: home, version: newestCodex, faults: faults.map(parseFault) });
    const listening = await listen(server, transport === 'ws' ? 'ws://127.0.0.1:0' : `unix://${home}/s`, {});
    try {
      const limits = faults.flatMap(limitsFor);
      return await verdictOf([`--${lifecycle}`, placed?.path ?? '', ...fast, ...limits, '--server', listening.url]);
    } finally {
      await listening.close();
    }
  }

  // Both are the same connection once they stand: the other lifecycles are tried over one of them.
  describe.each(transport === 'ws' ? lifecycles : (['resume'] as const))('%s', (lifecycle) => {
    const rows = onEveryTransport.filter(({ only }) => only !== 'fork' || lifecycle === 'fork');

    test.concurrent.each(rows)('$fault: $fails', async ({ fault, fails, code = 1 }) => {
      const seen = await replayOn([fault], lifecycle);
      if (lifecycle !== 'rejoin' || code !== 4) expect(seen.fails).toEqual(fails);
      expect(seen).toMatchObject({ code, verdict: 'fail' });
    });

    test('no fault', async () => {
      expect(await replayOn([], lifecycle)).toMatchObject({ code: 0, verdict: 'pass', fails: [] });
    });
  });
});

test('a server that does it right only the first time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'second-'));
  const script = join(folder, 'second.mjs');
  await writeFile(
    script,
    `import { spawn } from 'node:child_process';
    import { existsSync, writeFileSync } from 'node:fs';
    import { createInterface } from 'node:readline';
    const again = existsSync('again');
    writeFileSync('again', '');
    const serve = [${JSON.stringify(join(process.cwd(), 'bin/rollout-inspect.js'))}, 'serve', '--codex-home', '.'];
    const server = spawn(process.execPath, serve, { stdio: ['inherit', 'pipe', 'inherit'] });
    createInterface({ input: server.stdout }).on('line', (line) => {
      process.stdout.write(line + '\\n');
      if (again && line.includes('thread/tokenUsage/updated')) process.stdout.write(line + '\\n');
    });`,
  );
  try {
    const seen = await verdictOf(['--resume', sample, ...fast, '--', process.execPath, script]);
    expect(seen).toMatchObject({ code: 1, verdict: 'fail', fails: ['not-persisted'] });
  } finally {
    await rm(folder, { recursive: true });
  }
});
