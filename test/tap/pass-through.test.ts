import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import { CliPlace } from '../support/cli-child.ts';
import { until } from '../support/processes.ts';
import { random } from '../support/random.ts';
import { samples, seed } from '../support/random-sample.ts';
import { temporaryFolder } from '../support/rollout.ts';

const SESSIONS = samples(1);
/** How many violent deaths of each kind are tried. */
const DEATHS = samples(1);

const node = process.execPath;
const program = (name: string) => join(process.cwd(), 'test/tap/programs', name);
const tapped = (args: readonly string[], server: readonly string[]) => [
  ...['bin/rollout-inspect.js', 'tap', '--quiet', ...args],
  ...['--', node, ...server],
];

beforeAll(() => {
  if (!existsSync('dist/tap-thread.cjs')) throw new Error('these tests run what was built: npm run build');
});

/** The lines of a transcript, the header first. */
function recorded(file: string): Record<string, unknown>[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line));
}

describe('what passes is not changed', () => {
  test(`${SESSIONS} random sessions have the same bytes, exit codes and signals`, {
    timeout: SESSIONS * 10_000,
  }, () => {
    const folder = temporaryFolder();
    for (let n = 1; n <= SESSIONS; n++) {
      const below = random(`tap ${seed} ${n}`);
      const server = [program('random-server.cjs'), String(below(2 ** 31))];
      const input = Buffer.concat(
        Array.from({ length: below(5) }, () => Buffer.from(Array.from({ length: below(4_000) }, () => below(256)))),
      );
      const record = join(folder, 'record.ndjson');
      const run = (args: readonly string[]) => {
        const { status, signal, stdout, stderr } = spawnSync(node, args, { input });
        return { status, signal, stdout: stdout.toString('latin1'), stderr: stderr.toString('latin1') };
      };
      expect({ n, ...run(tapped(['--record', record], server)) }).toEqual({ n, ...run(server) });
      recorded(record);
    }
  });

  test('a message of 20 MB passes in both directions and is recorded', () => {
    const record = join(temporaryFolder(), 'record.ndjson');
    const input = Buffer.from(
      `${JSON.stringify({ id: 1, method: 'big', params: { text: 'x'.repeat(20_000_000) } })}\n`,
    );
    const mirror = ['-e', 'process.stdin.pipe(process.stdout)'];
    const { status, stdout } = spawnSync(node, tapped(['--record', record], mirror), { input, maxBuffer: 2 ** 30 });
    expect([status, stdout.equals(input)]).toEqual([0, true]);
    expect(recorded(record).map(({ seq, direction }) => [seq, direction])).toEqual([
      [undefined, undefined],
      [1, 'sent'],
      [2, 'received'],
    ]);
    expect(statSync(record).mode & 0o777).toBe(0o600);
  });

  test('a client that does not read holds back the server, and no memory is taken', async () => {
    const server = [program('flood-server.cjs'), '60'];
    const child = spawn(node, tapped(['--record', join(temporaryFolder(), 'r')], server), { stdio: 'pipe' });
    const heldBack = async () => String(await once(child.stderr.setEncoding('utf8'), 'data'));
    expect(await heldBack()).toMatch(/^held back with (?:60|5\d) left\n/);
    let bytes = 0;
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > 20 * 2 ** 20) break;
    }
    expect(await heldBack()).toMatch(/^held back with (?:4\d|3[5-9]) left\n/);
    const peak = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
    expect(Number(peak)).toBeLessThan(100_000);
    for await (const chunk of child.stdout) bytes += (chunk as Buffer).length;
    expect(bytes).toBeGreaterThan(60 * 2 ** 20);
  });

  test.each(['SIGTERM', 'SIGUSR2'] as const)('%s reaches the server, which answers it', async (signal) => {
    const script = `process.on('${signal}', () => process.exit(77)); console.log('ready'); setInterval(() => {}, 1000)`;
    const child = spawn(node, tapped([], ['-e', script]), { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([77, null]);
  });
});

describe('when our own side fails', () => {
  test.skipIf(!existsSync('/dev/full'))('a full disk stops nothing, and the loss is told', () => {
    const input = '{"id":1,"method":"a","params":{}}\n{"id":2,"method":"b","params":{}}\n';
    const args = tapped(['--record', '/dev/full', '--log', '/dev/full'], [program('echo-server.cjs')]);
    const { status, stdout, stderr } = spawnSync(
      node,
      args.filter((arg) => arg !== '--quiet'),
      { input, encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([0, '{"id":1,"result":{}}\n{"id":2,"result":{}}\n']);
    expect(stderr).toContain('4 messages passed that are not in the transcript: ENOSPC');
    expect(stderr).toContain('lines are missing in the log: ENOSPC');
  });

  test('a server that cannot be started leaves an earlier recording as it is', () => {
    const record = join(temporaryFolder(), 'record.ndjson');
    writeFileSync(record, '{"seq":1,"atMs":0}\n');
    const args = ['bin/rollout-inspect.js', 'tap', '--record', record, '--', '/no/such/server'];
    const { status, stdout, stderr } = spawnSync(node, args, { encoding: 'utf8', input: '' });
    expect([status, stdout]).toEqual([4, '']);
    expect(stderr).toBe(
      'rollout-inspect: cannot start /no/such/server: there is no such command (tap -- codex app-server)\n',
    );
    expect(readFileSync(record, 'utf8')).toBe('{"seq":1,"atMs":0}\n');
  });

  test('a place that is none is told before a server is started', () => {
    const home = temporaryFolder();
    const tap = (...args: string[]) => {
      const all = ['bin/rollout-inspect.js', 'tap', '--codex-bin', '/no/such/server', ...args];
      const { status, stderr } = spawnSync(node, all, { encoding: 'utf8', env: { CODEX_HOME: home } });
      return [status, stderr];
    };
    const hint = '(for example ws://127.0.0.1:4500 or unix:///tmp/tap.sock)';
    const none = `--listen: not ws://IP:PORT or unix://PATH: foo ${hint}`;
    expect(tap('--listen', 'foo')).toEqual([2, `rollout-inspect: ${none}\n`]);
    const open = `--listen: without a token only loopback addresses are served: ws://0.0.0.0:1 ${hint}`;
    expect(tap('--listen', 'ws://0.0.0.0:1')).toEqual([2, `rollout-inspect: ${open}\n`]);
    const faults = '(there are drop:<method>, duplicate:<method>, delay:<ms>:<method>, cut-after:<n>)';
    expect(tap('--listen', 'foo', '--fault', 'x')).toEqual([
      2,
      `rollout-inspect: --fault: unknown fault: x ${faults}\n`,
    ]);
  });

  test('a file that is not ours is not replaced, and no server stays', () => {
    const record = join(temporaryFolder(), 'mine.txt');
    writeFileSync(record, 'mine');
    const { status, stderr } = spawnSync(node, tapped(['--record', record], [program('echo-server.cjs')]), {
      encoding: 'utf8',
      input: '',
    });
    expect([status, readFileSync(record, 'utf8')]).toEqual([2, 'mine']);
    expect(stderr).toContain('not a recording that rollout-inspect wrote');
  });
});

describe.skipIf(process.platform !== 'linux')('violent deaths leave no process and a record that can be read', () => {
  test.each(['client', 'tap', 'server'])(`${DEATHS} times: kill -9 of the %s`, async (victim) => {
    for (let i = 0; i < DEATHS; i++) {
      await CliPlace.with(async (place) => {
        const record = join(place.temporary, 'record.ndjson');
        const command = [node, ...tapped(['--record', record], [program('echo-server.cjs')])];
        const client = spawn(node, [program('client.cjs'), ...command], {
          env: { PATH: process.env.PATH, TMPDIR: place.temporary },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const answersUntilThen = 1 + random(`death ${seed} ${i}`)(200);
        let pid: number | undefined;
        for await (const line of createInterface({ input: client.stdout })) {
          const { tap, answered } = JSON.parse(line);
          if (tap !== undefined) pid = tap;
          if (answered !== answersUntilThen) continue;
          // The watchdog was started first.
          const [, server] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number);
          process.kill({ client: client.pid, tap: pid, server }[victim] as number, 'SIGKILL');
        }
        await until(() => place.processes().length === 0);
        const [, ...messages] = recorded(record);
        expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at + 1));
        const answers = messages.filter(({ direction }) => direction === 'received').length;
        // A tap that is killed takes with it what it has passed on and not yet written.
        expect(answers).toBeGreaterThanOrEqual(victim === 'tap' ? 0 : answersUntilThen - 1);
      });
    }
  });
});
