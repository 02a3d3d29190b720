import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import { dial } from '../../src/client/dial.ts';
import { Transcript } from '../../src/wire/transcript.ts';
import { AppServer } from '../support/app-server.ts';
import { codexHome, pinnedCodexBinary } from '../support/codex.ts';
import { until } from '../support/processes.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { startResponsesApi } from '../support/responses-api.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith } from '../support/sample-home.ts';

/** An executable that taps the pinned Codex, with a log and a transcript for each run in `folder`. */
function tappedCodex(folder: string): string {
  const shim = ['tap', 'shim', folder, '--codex-bin', pinnedCodexBinary() ?? ''];
  execFileSync(process.execPath, ['bin/rollout-inspect.js', ...shim]);
  return join(folder, 'codex');
}

function newest(folder: string, extension: string): string {
  return join(
    folder,
    readdirSync(folder)
      .filter((name) => name.endsWith(extension))
      .sort()
      .at(-1) ?? '',
  );
}

describeRealCodex('tap between a client and Codex', () => {
  test('the blank meter: a forked thread resumed, and forked; turns before that', async () => {
    const folder = temporaryFolder();
    const binary = tappedCodex(folder);
    const api = await startResponsesApi();
    const home = await codexHome(api.port);
    try {
      const first = await AppServer.start(binary, home);
      const { thread } = await first.request<{ thread: { id: string } }>('thread/start', { cwd: home });
      for (const text of ['one', 'two']) {
        const from = first.notifications.length;
        await first.request('turn/start', { threadId: thread.id, input: [{ type: 'text', text }] });
        await first.waitFor('turn/completed', 20_000, () => true, from);
      }
      const { thread: fork } = await first.request<{ thread: { id: string } }>('thread/fork', { threadId: thread.id });
      await first.stop();
      expect(readFileSync(newest(folder, '.log'), 'utf8')).toMatch(/= pass: fork of thread/);
      expect(readFileSync(newest(folder, '.log'), 'utf8')).not.toMatch(/= (?:fail|warn)/);

      const second = await AppServer.start(binary, home);
      await second.request('thread/resume', { threadId: fork.id });
      const log = newest(folder, '.log');
      await until(() => readFileSync(log, 'utf8').includes('  next: '));
      await second.request('thread/fork', { threadId: fork.id });
      await second.stop();
      const said = readFileSync(log, 'utf8');
      expect(said).toContain(`= fail: resume of thread ${fork.id} (c1, message`);
      expect(said).toContain('usage-present: expected thread/tokenUsage/updated after the response');
      expect(said).toContain('(fork-resume-no-replay, since 0.166.0)');
      expect(said).toContain('next: fork the thread, or rejoin it while it runs');
      expect(said).toContain(`= pass: fork of thread ${fork.id} into`);

      // The same from the transcript, when the rollouts are gone.
      rmSync(home, { recursive: true });
      const { code, stdout } = await runCli(['replay', '--transcript', newest(folder, '.ndjson'), '--json']);
      const judged = JSON.parse(stdout);
      expect([code, judged.verdict, judged.lifecycle]).toEqual([1, 'fail', 'resume']);
      expect(judged.lifecycles.map(({ lifecycle, verdict }: Record<string, string>) => [lifecycle, verdict])).toEqual([
        ['resume', 'fail'],
        ['fork', 'pass'],
      ]);
    } finally {
      await api.close();
      rmSync(home, { recursive: true, force: true });
    }
  });

  test('a home that nobody has used, without sessions and with rollouts that were copied into it', async () => {
    const folder = temporaryFolder();
    const binary = tappedCodex(folder);
    const home = await codexHome();
    try {
      const server = await AppServer.start(binary, home);
      await server.request('thread/list', {});
      await server.request('thread/start', { cwd: home });
      const samples = ['fork-parent', 'fork'].map((name) => `samples/0.169.0/${name}.jsonl`);
      const threadId = (await homeWith(samples, home))[1]?.threadId ?? '';
      // The turns of the parent are in no database, so that a rejoin and a fork have none to name.
      for (const method of ['thread/resume', 'thread/resume', 'thread/fork']) {
        const { thread } = await server.request<{ thread: { turns: unknown[] } }>(method, { threadId });
        expect(thread.turns).toEqual([]);
      }
      const log = newest(folder, '.log');
      const said = () => readFileSync(log, 'utf8');
      await until(() => /= fail: fork of [\s\S]* {2}why: /.test(said()));
      await server.stop();
      const reasons = [...said().matchAll(/= fail: (\w+) of |known for it: .*\(([a-z-]+),/g)];
      expect(reasons.map(([, lifecycle, reason]) => lifecycle ?? reason)).toEqual([
        ...['resume', 'fork-resume-no-replay'],
        ...['rejoin', 'turnless-usage-dropped', 'rejoin-guesses-turn'],
        ...['fork', 'turnless-usage-dropped'],
      ]);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  test('two clients at once: a rejoin sends its usage to the one that asked', async () => {
    const folder = temporaryFolder();
    const home = await codexHome();
    const threadId = (await homeWith(['samples/0.169.0/two-turns.jsonl'], home))[0]?.threadId ?? '';
    const record = join(folder, 'record.ndjson');
    const args = [
      'bin/rollout-inspect.js',
      'tap',
      '--record',
      record,
      '--listen',
      'ws://127.0.0.1:0',
      '--server',
      'codex',
    ];
    const tap = spawn(process.execPath, [...args, '--codex-bin', pinnedCodexBinary() ?? ''], {
      env: { ...process.env, CODEX_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const url = await listeningAt(tap.stderr);
      const transcript = new Transcript();
      const connect = async (name: string) => {
        const channel = await dial(url, { connectMs: 20_000, longest: 2 ** 24 });
        const connection = new Connection(channel, name, transcript);
        const clientInfo = { name: 'rollout-inspect', title: null, version: '0' };
        await connection.initialize({ clientInfo, capabilities: { experimentalApi: true } }, 20_000);
        return connection;
      };
      const [one, two] = [await connect('one'), await connect('two')];
      await one.request('thread/resume', { threadId }, 20_000);
      await two.request('thread/resume', { threadId }, 20_000);
      const isUsage = (text: string) => text.includes('"method":"thread/tokenUsage/updated"');
      await until(() => existsSync(record) && readFileSync(record, 'utf8').split('\n').filter(isUsage).length === 2);
      await Promise.all([one.close(), two.close()]);
      const exit = once(tap, 'exit');
      tap.kill('SIGINT');
      await exit;
      const { stdout } = await runCli(['replay', '--transcript', record, '--json']);
      const { lifecycles } = JSON.parse(stdout) as { lifecycles: JudgedLifecycle[] };
      expect(lifecycles.map(({ lifecycle, verdict }) => [lifecycle, verdict])).toEqual([
        ['resume', 'pass'],
        ['rejoin', 'pass'],
      ]);
      const targeted = lifecycles[1]?.checks.find(({ id }) => id === 'usage-targeted');
      expect(targeted).toMatchObject({ status: 'pass', detail: 'the observer received none' });
    } finally {
      tap.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true });
    }
  });
});

interface JudgedLifecycle {
  readonly lifecycle: string;
  readonly verdict: string;
  readonly checks: readonly { readonly id: string; readonly status: string; readonly detail: string }[];
}

/** Where a tap says that it listens. */
async function listeningAt(stderr: Readable): Promise<string> {
  for await (const line of createInterface({ input: stderr })) {
    const url = /listening on (\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the tap ended');
}
