import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { agentMessage, sessionMeta, temporaryFolder, threadA, tokenCount, writeRollout } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { homeOfSamples } from './sample-threads.ts';
import { embeddedServer, nameOf, TestClient } from './test-client.ts';

const BIN = new URL('../../bin/rollout-inspect.js', import.meta.url).pathname;
/** How often a server is killed in each test. */
const KILLS = Number(process.env.ROLLOUT_INSPECT_KILLS ?? 1);
const input = [{ type: 'text', text: 'And the moon?', text_elements: [] }];

/** `serve` in a process of its own, spoken to over its standard input and output. */
class Served {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly answers: JsonObject[] = [];
  /** Fulfils when it answers. */
  readonly ready: Promise<JsonObject>;
  readonly #waiting: (() => void)[] = [];
  #lastId = 0;

  constructor(codexHome: string, emulate: string, shell?: string) {
    if (!existsSync('dist/serve.cjs')) throw new Error('these tests run what was built: npm run build');
    const command = [process.execPath, BIN, 'serve', '--codex-home', codexHome, '--emulate', emulate];
    const [file = '', ...args] =
      shell === undefined ? command : ['bash', '-c', `${shell}; exec "$@"`, 'bash', ...command];
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdin.on('error', () => {});
    onTestFinished(() => void this.child.kill('SIGKILL'));
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as JsonObject;
      if (message.id !== undefined) this.answers.push(message);
      for (const look of this.#waiting.splice(0)) look();
    });
    const clientInfo = { name: 't', version: '1' };
    this.ready = this.request('initialize', { clientInfo, capabilities: { experimentalApi: true } });
  }

  send(method: string, params: JsonObject): number {
    const id = ++this.#lastId;
    this.child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    return id;
  }

  async request(method: string, params: JsonObject): Promise<JsonObject> {
    const id = this.send(method, params);
    for (;;) {
      const answer = this.answers.find((each) => each.id === id);
      if (answer) return answer;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    if (this.child.signalCode === null) await once(this.child, 'exit');
  }
}

interface Checked {
  readonly path: string;
  readonly findings: readonly { readonly id: string; readonly severity: string; readonly message: string }[];
}

/** What `check` finds in a home, but for notes and what was found before. */
async function damage(codexHome: string): Promise<string[]> {
  const { stdout } = await runCli(['check', join(codexHome, 'sessions'), '--json', '--codex-home', codexHome]);
  const { rollouts } = JSON.parse(stdout) as { rollouts: Checked[] };
  return rollouts.flatMap(({ path, findings }) =>
    findings
      .filter(({ severity, id }) => severity !== 'info' && id !== 'deviation')
      .map(({ id, message }) => `${path}: ${id} ${message}`),
  );
}

/** 0 when it has just got another name. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function rolloutsIn(codexHome: string): string[] {
  const entries = readdirSync(join(codexHome, 'sessions'), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => name.endsWith('.jsonl')).map((name) => join(codexHome, 'sessions', name));
}

/** Files in a home that no rollout is made of. */
function leftovers(codexHome: string): string[] {
  const entries = readdirSync(join(codexHome, 'sessions'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.jsonl'))
    .map(({ parentPath, name }) => join(parentPath, name));
}

describe('killed, and started again', () => {
  test(
    'while it appends: there are whole turns',
    async () => {
      const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
      const { threadId, path } = of('two-turns');
      const message = [{ type: 'text', text: 'x'.repeat(20_000), text_elements: [] }];
      let serve = new Served(codexHome, '0.169.0');
      for (let kill = 0; kill < KILLS; kill++) {
        await serve.request('thread/resume', { threadId });
        expect(nameOf(await serve.request('turn/start', { threadId, input: message }))).toBe('RESPONSE');
        for (let i = 0; i < 50; i++) serve.send('turn/start', { threadId, input: message });
        for (let ticks = 0; ticks < kill * 7; ticks++) await setImmediate();
        await serve.kill();
        serve = new Served(codexHome, '0.169.0');
        await serve.ready;
        expect([await damage(codexHome), leftovers(codexHome)]).toEqual([[], []]);
        expect(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)).toContain('"task_complete"');
      }
    },
    60_000 + KILLS * 5_000,
  );

  test(
    'while it forks: there are whole forks',
    async () => {
      const { codexHome, of } = await homeOfSamples('0.122.0', 'two-turns');
      const { threadId, path } = of('two-turns');
      const text = 'x'.repeat(1_000);
      const payload = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
      const long = JSON.stringify({ timestamp: '2026-11-22T16:29:30.000Z', type: 'response_item', payload });
      appendFileSync(path, `${long}\n`.repeat(4_000));
      const linesOf = (rollout: string) => readFileSync(rollout, 'utf8').trimEnd().split('\n').length;
      const forks = () => rolloutsIn(codexHome).filter((each) => each !== path);
      let serve = new Served(codexHome, '0.122.0');
      await serve.request('thread/fork', { threadId });
      const [whole = ''] = forks();
      const [lines, { size }] = [linesOf(whole), statSync(whole)];
      unlinkSync(whole);
      let cutShort = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        await serve.ready;
        serve.send('thread/fork', { threadId });
        const isFarEnough = () => leftovers(codexHome).some((each) => sizeOf(each) > (size * kill) / (KILLS + 1));
        while (!isFarEnough() && forks().length === 0) await setImmediate();
        await serve.kill();
        if (forks().length === 0) cutShort++;
        serve = new Served(codexHome, '0.122.0');
        await serve.ready;
        expect(leftovers(codexHome)).toEqual([]);
        for (const fork of forks()) {
          expect(linesOf(fork)).toBe(lines);
          unlinkSync(fork);
        }
      }
      expect(cutShort).toBeGreaterThan(0);
    },
    60_000 + KILLS * 5_000,
  );
});

describe.skipIf(process.platform === 'win32')('on a full disk', () => {
  /** In blocks of 1,024 bytes. */
  const LIMIT = 100;
  const filled = (codexHome: string, threadId: string, bytes: number) => {
    const path = writeRollout(codexHome, `${threadId}.jsonl`, [
      sessionMeta(threadId, { model_provider: 'openai' }),
      tokenCount(100),
    ]);
    const filling = agentMessage.replace('hello', 'x'.repeat(bytes - statSync(path).size - agentMessage.length + 4));
    appendFileSync(path, `${filling}\n`);
    return path;
  };

  test('a turn is written whole or not at all, wherever the disk ends', async () => {
    const codexHome = temporaryFolder();
    const rollouts = Array.from({ length: 20 }, (_, i) => {
      const threadId = `019d2f00-0000-7000-8000-0000000000${10 + i}`;
      const path = filled(codexHome, threadId, LIMIT * 1024 - 75 * i - 1);
      return { threadId, path, before: readFileSync(path, 'utf8') };
    });
    const full = new Served(codexHome, '0.169.0', `ulimit -f ${LIMIT}`);
    for (const { threadId, path, before } of rollouts) {
      await full.request('thread/resume', { threadId, path });
      for (let i = 0; i < 2; i++) {
        const answer = await full.request('turn/start', { threadId, input });
        expect(memberAt(answer, 'error', 'message')).toContain('EFBIG');
        expect(readFileSync(path, 'utf8')).toBe(before);
      }
    }
    await full.kill();
    const room = new Served(codexHome, '0.169.0');
    for (const { threadId, path } of rollouts) {
      await room.request('thread/resume', { threadId, path });
      expect(nameOf(await room.request('turn/start', { threadId, input }))).toBe('RESPONSE');
      for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) JSON.parse(line);
    }
    const names = rollouts.map(({ path }) => basename(path));
    expect(readdirSync(codexHome)).toEqual(names);
  }, 120_000);

  test('a fork, or the first turn of a thread, leaves nothing', async () => {
    const codexHome = temporaryFolder();
    const path = filled(codexHome, threadA, LIMIT * 1024 - 500);
    const full = new Served(codexHome, '0.122.0', `ulimit -f ${LIMIT}`);
    await full.request('thread/resume', { threadId: threadA, path });
    for (let i = 0; i < 2; i++) appendFileSync(path, `${agentMessage}\n${agentMessage}\n${agentMessage}\n`);
    expect(memberAt(await full.request('thread/fork', { threadId: threadA, path }), 'error', 'message')).toContain(
      'EFBIG',
    );
    const started = await full.request('thread/start', {});
    const threadId = memberAt(started, 'result', 'thread', 'id') as string;
    const long = [{ type: 'text', text: 'x'.repeat(LIMIT * 1024) }];
    const refused = await full.request('turn/start', { threadId, input: long });
    expect(memberAt(refused, 'error', 'message')).toContain('EFBIG');
    const left = readdirSync(join(codexHome, 'sessions'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
    expect(nameOf(await full.request('turn/start', { threadId, input }))).toBe('RESPONSE');
  }, 60_000);
});

describe('what stands in a rollout when a turn comes', () => {
  async function running() {
    const { codexHome, of } = await homeOfSamples('0.169.0', 'two-turns');
    const { threadId, path } = of('two-turns');
    const client = await TestClient.ready(embeddedServer(codexHome, '0.169.0'));
    const turn = () => client.request('turn/start', { threadId, input });
    return { codexHome, path, threadId, client, turn };
  }
  const torn = (path: string) => ({
    code: -32603,
    message: `${path} ends in the middle of a line: nothing is written behind it`,
  });

  test('a line that was cut off, before it was loaded or since: nothing is glued to it', async () => {
    const { path, threadId, client, turn } = await running();
    truncateSync(path, statSync(path).size - 20);
    const before = readFileSync(path);
    await client.request('thread/resume', { threadId });
    expect(memberAt(await turn(), 'error')).toEqual(torn(path));
    expect(readFileSync(path)).toEqual(before);
    truncateSync(path, before.lastIndexOf('\n') + 1);
    expect(nameOf(await turn())).toBe('RESPONSE');
    truncateSync(path, statSync(path).size - 20);
    expect(memberAt(await turn(), 'error')).toEqual(torn(path));
  });

  test('lines of somebody else: ordinals go on behind them', async () => {
    const { path, threadId, client, turn } = await running();
    await client.request('thread/resume', { threadId });
    await turn();
    const last = JSON.parse(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '') as { ordinal: number };
    appendFileSync(path, JSON.stringify({ ...last, ordinal: last.ordinal + 1 }));
    await turn();
    const ordinals = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { ordinal: number }).ordinal);
    expect(ordinals).toEqual(ordinals.map((_, i) => i));
  });

  test.skipIf(process.platform === 'win32')(
    'a link that was put there since it was loaded is not followed',
    async () => {
      const { codexHome, path, threadId, client, turn } = await running();
      await client.request('thread/resume', { threadId });
      const outside = join(temporaryFolder(), 'outside.jsonl');
      renameSync(path, outside);
      symlinkSync(outside, path);
      const before = readFileSync(outside, 'utf8');
      expect(memberAt(await turn(), 'error', 'message')).toContain('is outside the Codex home');
      unlinkSync(path);
      linkSync(outside, path);
      expect(nameOf(await turn())).toBe('RESPONSE');
      renameSync(join(codexHome, 'sessions'), join(dirname(outside), 'sessions'));
      symlinkSync(join(dirname(outside), 'sessions'), join(codexHome, 'sessions'));
      const moved = readFileSync(outside, 'utf8');
      expect(memberAt(await turn(), 'error', 'message')).toContain('is outside the Codex home');
      expect([readFileSync(outside, 'utf8'), before.length < moved.length]).toEqual([moved, true]);
    },
  );

  test('nothing, because it was removed: no headless rollout is made', async () => {
    const { path, threadId, client, turn } = await running();
    await client.request('thread/resume', { threadId });
    unlinkSync(path);
    expect(nameOf(await turn())).toBe('ERROR');
    expect(existsSync(path)).toBe(false);
  });
});

test.skipIf(process.platform === 'win32')('rollouts and their folders are for their owner alone', async () => {
  const { codexHome, of } = await homeOfSamples('0.122.0', 'two-turns');
  const { threadId, path } = of('two-turns');
  chmodSync(path, 0o640);
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  const mode = (each: string) => statSync(each).mode & 0o777;
  const client = await TestClient.ready(embeddedServer(codexHome, '0.122.0'));
  const forked = await client.request('thread/fork', { threadId });
  expect(mode(memberAt(forked, 'result', 'thread', 'path') as string)).toBe(0o600);
  await client.request('thread/resume', { threadId });
  await client.request('turn/start', { threadId, input });
  const other = await TestClient.ready(embeddedServer(temporaryFolder(), '0.122.0'));
  const started = await other.request('thread/start', {});
  await other.request('turn/start', { threadId: memberAt(started, 'result', 'thread', 'id') as string, input });
  const made = memberAt(started, 'result', 'thread', 'path') as string;
  expect([made, dirname(made), join(made, '../../../..')].map(mode)).toEqual([0o600, 0o700, 0o700]);
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test('threads that no rollout keeps are bounded', async () => {
  const codexHome = temporaryFolder();
  const server = embeddedServer(codexHome, '0.169.0');
  const [first, second] = [await TestClient.ready(server), await TestClient.ready(server)];
  const start = (client: TestClient, ephemeral: boolean) => client.request('thread/start', { ephemeral });
  for (let i = 0; i < 1_000; i++) {
    expect(nameOf(await start(first, i % 2 === 0))).toBe('RESPONSE');
    first.forget();
    second.forget();
  }
  expect(memberAt(await start(second, true), 'error', 'message')).toMatch(/too many threads without a rollout/);
  await first.close();
  await first.ended;
  for (let i = 0; i < 10; i++) expect(nameOf(await start(second, true))).toBe('RESPONSE');
});
