import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { homeOfSamples } from '../server/sample-threads.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

const root = new URL('../..', import.meta.url).pathname;
const program = 'bin/rollout-inspect.js';
const handshake = '{"id":1,"method":"initialize","params":{"clientInfo":{"name":"t","version":"1"}}}';

/** `rollout-inspect serve`, as built, in a process of its own. */
class Serve {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** The exit code, or the signal that it died of. */
  readonly ended: Promise<number | string | null>;
  stdout = '';
  stderr = '';
  #look: () => void = () => {};

  constructor(...args: string[]) {
    const command = [program, 'serve', ...args];
    this.child = spawn(process.execPath, command, { cwd: root, stdio: 'pipe' });
    onTestFinished(() => void this.child.kill('SIGKILL'));
    this.child.stdout.on('data', (chunk) => {
      this.stdout += chunk;
      this.#look();
    });
    this.child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
      this.#look();
    });
    this.ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve(code ?? signal)));
  }

  /** Fulfils with the match when it has been written. */
  async said(stream: 'stdout' | 'stderr', wanted: RegExp): Promise<RegExpExecArray> {
    const seen = new Promise<RegExpExecArray>((resolve) => {
      this.#look = () => {
        const match = wanted.exec(this[stream]);
        if (match) resolve(match);
      };
      this.#look();
    });
    const end = this.ended.then((how) => {
      throw new Error(`ended with ${how}: ${this.stderr}`);
    });
    return Promise.race([seen, end]);
  }

  write(...lines: string[]): void {
    this.child.stdin.write(lines.map((line) => `${line}\n`).join(''));
  }
}

describe('over standard input and output', () => {
  test('does what a client asks for, and ends with its input', { timeout: 20_000 }, async () => {
    const { codexHome, of } = await homeOfSamples('0.144.6', 'two-turns');
    const { threadId } = of('two-turns');
    const serve = new Serve('--codex-home', codexHome, '--emulate', '0.144.6');
    serve.write(handshake);
    await serve.said('stdout', /"userAgent":"t\/0\.144\.6 /);
    serve.write('{"method":"initialized"}', `{"id":2,"method":"thread/resume","params":{"threadId":"${threadId}"}}`);
    await serve.said('stdout', /thread\/goal\/cleared/);
    serve.child.stdin.end();
    expect(await serve.ended).toBe(0);
    expect(serve.stderr).toBe('');
    const lines = serve.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ method, id }) => method ?? id)).toEqual([
      1,
      'thread/status/changed',
      2,
      'thread/tokenUsage/updated',
      'thread/goal/cleared',
    ]);
  });

  test('answers what it was asked before its input ended', { timeout: 20_000 }, async () => {
    const serve = new Serve('--codex-home', temporaryFolder());
    serve.child.stdin.end(`${handshake}\n{"id":2,"method":"thread/list","params":{}}\n{"id":3,`);
    expect(await serve.ended).toBe(0);
    expect(serve.stdout.split('\n').map((line) => line.slice(0, 7))).toEqual(['{"id":1', '{"id":2', '']);
  });

  test('ends when a fault closes the connection', { timeout: 20_000 }, async () => {
    const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
    const serve = new Serve('--codex-home', codexHome, '--fault', 'close-after-response');
    const resume = `{"id":2,"method":"thread/resume","params":{"threadId":"${of('two-turns').threadId}"}}`;
    serve.write(handshake, resume);
    expect(await serve.ended).toBe(0);
    expect(serve.stdout.trimEnd().split('\n').at(-1)).toMatch(/^\{"id":2,"result"/);
  });

  test.skipIf(!existsSync('/dev/full'))('says when its output cannot be written', { timeout: 20_000 }, async () => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const command = [program, 'serve', '--codex-home', temporaryFolder()];
    const input = `${handshake}\n`;
    const { status, stderr } = spawnSync(process.execPath, command, {
      cwd: root,
      input,
      stdio: ['pipe', full, 'pipe'],
    });
    expect([status, String(stderr)]).toEqual([2, 'rollout-inspect: cannot write to standard output: ENOSPC\n']);
  });

  test.skipIf(process.platform === 'win32')('dies of a signal', { timeout: 20_000 }, async () => {
    const serve = new Serve('--codex-home', temporaryFolder());
    serve.write(handshake);
    await serve.said('stdout', /"result"/);
    serve.child.kill('SIGTERM');
    expect(await serve.ended).toBe('SIGTERM');
  });
});

describe('on a socket', () => {
  test('says where, and serves those who dial', { timeout: 20_000 }, async () => {
    const serve = new Serve('--codex-home', temporaryFolder(), '--listen', 'ws://127.0.0.1:0');
    const [, url = ''] = await serve.said('stderr', /^rollout-inspect: listening on (ws:\/\/127\.0\.0\.1:\d+)\n$/);
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.once('open', resolve));
    const answer = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send(handshake);
    expect(await answer).toContain('"userAgent"');
    expect(serve.stdout).toBe('');
    socket.terminate();
  });

  test.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT'] as const)(
    'leaves no socket behind when it dies of %s',
    { timeout: 20_000 },
    async (signal) => {
      const path = join(temporaryFolder(), 'socket');
      const serve = new Serve('--codex-home', temporaryFolder(), '--listen', `unix://${path}`);
      await serve.said('stderr', /listening on unix:/);
      expect(existsSync(path)).toBe(true);
      serve.child.kill(signal);
      expect(await serve.ended).toBe(signal);
      expect(existsSync(path)).toBe(false);
    },
  );
});

describe('arguments', () => {
  const home = () => ['serve', '--codex-home', temporaryFolder()];

  test.each([
    [() => ['serve'], /required option '--codex-home <dir>'/],
    [() => ['serve', '--codex-home', '/does/not/exist'], /no such folder/],
    [() => [...home(), '--fault', 'no-such-fault'], /--fault: unknown fault: no-such-fault \(see serve --help\)/],
    [() => [...home(), '--fault', 'slow'], /slow takes milliseconds/],
    [() => [...home(), '--emulate', 'x'], /--emulate: not a Codex version/],
    [() => [...home(), '--listen', 'ws://0.0.0.0:0'], /--listen: without a token/],
    [() => [...home(), '--listen', 'tcp://127.0.0.1:0'], /--listen: not ws/],
    [() => [...home(), '--listen', 'unix://'], /--listen: unix:\/\/ without a path/],
    [
      () => [...home(), '--listen', `unix:///tmp/${'s'.repeat(103)}`],
      /--listen: the path of a socket has at most 107 bytes, .* has 108 \(link to its directory under a shorter name\)/,
    ],
    [() => [...home(), '--token-env', 'TOKEN'], /a token is only for/],
    [() => [...home(), '--listen', 'ws://127.0.0.1:0', '--token-env', 'TOKEN'], /there is no token in TOKEN/],
    [
      () => [...home(), '--listen', 'ws://127.0.0.1:0', '--token-file', '/none'],
      /cannot read the token in \/none: ENOENT/,
    ],
  ])('%# are refused', async (args, complaint) => {
    const { code, stdout, stderr } = await runCli(args());
    expect(stderr).toMatch(complaint);
    expect([code, stdout]).toEqual([2, '']);
  });

  test('a place where nobody can listen is a failure of the server', async () => {
    const { code, stdout, stderr } = await runCli([...home(), '--listen', `unix://${temporaryFolder()}`]);
    expect(stderr).toMatch(/is there already, and no socket/);
    expect([code, stdout]).toEqual([4, '']);
  });

  test('the command line by which clients start codex app-server is taken', async () => {
    const settings = ['-c', 'model="x"', '-c', 'features.a=true', '--enable', 'a', '--startup-client-info', '{}'];
    const request = { id: 1, method: 'initialize', params: { clientInfo: { name: 'test', version: '1' } } };
    const stdin = Buffer.from(`${JSON.stringify(request)}\n`);
    const args = [...home(), ...settings, 'app-server', '--listen', 'stdio://'];
    const { code, stdout, stderr } = await runCli(args, { stdin });
    expect(stderr).toContain('note: settings for Codex are not looked at: ');
    expect([code, JSON.parse(stdout).id]).toEqual([0, 1]);
  });

  test('help names every fault, and says whose the home is', async () => {
    const { code, stdout } = await runCli(['serve', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/forks and turns are written\s+there,\s+and nowhere\s+else/);
    expect(stdout).toMatch(/One server at a time/);
    expect(stdout).toContain('  slow:<ms>');
    expect(stdout).toContain('  omit-usage');
  });
});
