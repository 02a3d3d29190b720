import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fingerprint } from '../support/fingerprint.ts';
import { processesWith, until } from '../support/processes.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith } from '../support/sample-home.ts';

/** A server that does something to us. */
interface BadServer {
  /** What the server runs before anything else: `send`, `home` and Node's modules are at hand. */
  readonly first?: string;
  /** What it does with a request after `initialize`: `ok(message)` answers it as well as it can. */
  readonly request?: string;
  readonly args?: readonly string[];
  readonly code: 1 | 4;
  /** Stands in what is said. */
  readonly said: RegExp;
}

/** Limits that only one who stays silent reaches. */
const slow = ['--connect-timeout', '100000', '--initialize-timeout', '100000', '--request-timeout', '100000'];
const silentAtStart = ['--initialize-timeout', '300'];
const silentOnRequest = ['--request-timeout', '300'];

const sparse = (path: string) => `fs.writeFileSync(${path}, ''); fs.truncateSync(${path}, 200 * 1024 ** 3);`;
/** Writes pieces for as long as somebody takes them. */
const endlessly = (piece: string) =>
  `const piece = ${piece}; const more = () => { while (process.stdout.write(piece)); process.stdout.once('drain', more); }; more();`;

const servers: Readonly<Record<string, BadServer>> = {
  'is silent from the start': { first: 'mute()', args: silentAtStart, code: 4, said: /initialize .*within 300 ms/ },
  'is silent, and only the whole run has a limit': {
    first: 'mute()',
    args: ['--timeout', '400'],
    code: 4,
    said: /initialize .*within \d{1,3} ms/,
  },
  'ends at once': { first: 'process.exit(3)', code: 4, said: /exited with code 3/ },
  'kills itself': { first: 'process.kill(process.pid, "SIGKILL")', code: 4, said: /ended by SIGKILL/ },
  'says half a message and falls silent': {
    first: 'mute(); process.stdout.write(\'{"id":1,"result":{"userAg\')',
    args: silentAtStart,
    code: 4,
    said: /initialize .*within 300 ms/,
  },
  'says half a message and ends': {
    first: 'mute(); process.stdout.write(\'{"id":1,"res\', () => process.exit(0))',
    code: 4,
    said: /closed the connection; it exited with code 0/,
  },
  'never ends a line': { first: `mute(); ${endlessly("'x'.repeat(1e6)")}`, code: 4, said: /a message is longer than/ },
  'floods with bytes that are no text': {
    first: `mute(); ${endlessly('Buffer.alloc(1e6, 255)')}`,
    code: 4,
    said: /a message is longer than/,
  },
  'floods with empty lines': {
    first: `mute(); ${endlessly("'\\n'.repeat(1e6)")}`,
    args: silentAtStart,
    code: 4,
    said: /initialize .*within 300 ms/,
  },
  'floods with notifications at the start': {
    first: `mute(); ${endlessly('\'{"method":"x","params":{}}\\n\'.repeat(1000)')}`,
    code: 4,
    said: /floods the connection: more than 100000 messages/,
  },
  'nests an answer deep': {
    request: "process.stdout.write('['.repeat(2e5) + ']'.repeat(2e5) + '\\n')",
    args: silentOnRequest,
    code: 4,
    said: /thread\/resume .*within 300 ms/,
  },
  'answers with millions of values': {
    request: `for (let i = 0; i < 11; i++) process.stdout.write('{"method":"x","params":[' + '[],'.repeat(1e6) + '0]}\\n')`,
    code: 4,
    said: /floods the connection: more than 10000000 values/,
  },
  'answers with a text of 20 MB': {
    request: `process.stdout.write('{"id":' + message.id + ',"result":"' + 'x'.repeat(20e6) + '"}\\n')`,
    code: 4,
    said: /a message is longer than/,
  },
  'answers with a line that never ends': {
    request: endlessly("'x'.repeat(1e6)"),
    code: 4,
    said: /a message is longer than/,
  },
  'does not answer': { request: '', args: silentOnRequest, code: 4, said: /thread\/resume .*within 300 ms/ },
  'answers half and falls silent': {
    request: `process.stdout.write('{"id":' + message.id + ',"result":{"thread"')`,
    args: silentOnRequest,
    code: 4,
    said: /thread\/resume .*within 300 ms/,
  },
  'answers half and dies': {
    request: `process.stdout.write('{"id":' + message.id + ',"result":', () => process.kill(process.pid, 'SIGKILL'))`,
    code: 4,
    said: /closed the connection; it was ended by SIGKILL/,
  },
  'answers another request': {
    request: 'send({ id: 99, result: {} })',
    args: silentOnRequest,
    code: 4,
    said: /thread\/resume .*within 300 ms/,
  },
  'answers twice': { request: 'ok(message); ok(message)', code: 1, said: /protocol/ },
  'answers with a giant error': {
    request: 'send({ id: message.id, error: { code: 1, message: "x\\u001b[31m".repeat(1e5) } })',
    code: 1,
    said: /response/,
  },
  'never falls quiet': {
    request: 'ok(message); setInterval(() => send({ method: "x", params: {} }), 5)',
    args: ['--quiet-ms', '2000', '--timeout', '3000'],
    code: 4,
    said: /never fell quiet in 3000 ms/,
  },
  'asks back without an end': {
    request:
      'let id = 0; const ask = () => { for (let i = 0; i < 1000; i++) send({ id: ++id, method: "execCommandApproval", params: {} }); setImmediate(ask); }; ask()',
    args: ['--request-timeout', '1000'],
    code: 4,
    said: /floods the connection|thread\/resume .*within 1000 ms/,
  },
  'closes its output and lives on': {
    request: 'fs.closeSync(1); setInterval(() => {}, 1000)',
    code: 4,
    said: /closed the connection/,
  },
  'reads nothing': {
    first: 'process.stdin.pause(); input.close(); setInterval(() => {}, 1000)',
    args: silentAtStart,
    code: 4,
    said: /initialize .*within 300 ms/,
  },
  'floods its standard error': {
    first: 'process.stderr.write("\\u001b[31m\\u0007x".repeat(5e5), () => process.exit(5))',
    code: 4,
    said: /exited with code 5/,
  },
  'ignores the end of its input and signals': {
    first: 'for (const s of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(s, () => {}); setInterval(() => {}, 1000)',
    request: 'ok(message)',
    code: 1,
    said: /usage-present/,
  },
  'leaves a child that holds its output': {
    first: 'spawn("sleep", ["600"], { stdio: "inherit" })',
    request: 'ok(message)',
    code: 1,
    said: /usage-present/,
  },
  'leaves a child in a session of its own': {
    first:
      'spawn("sh", ["-c", "trap \'\' TERM INT HUP; sleep 600; sleep 600"], { stdio: "ignore", detached: true }).unref()',
    request: 'ok(message)',
    code: 1,
    said: /usage-present/,
  },
  'leaves 200 GB in the place of its rollout': {
    request: `${sparse('rollout()')} ok(message)`,
    code: 1,
    said: /not-persisted .*at most \d+ bytes.*214748364800/,
  },
  'leaves 200 GB beside its rollout': {
    request: `const more = rollout().replace('.jsonl', '-more.jsonl'); ${sparse('more')} ok(message)`,
    code: 1,
    said: /not-persisted .*at most \d+ bytes/,
  },
  'leaves a pipe in the place of its rollout': {
    request: 'const path = rollout(); fs.unlinkSync(path); execFileSync("mkfifo", [path]); ok(message)',
    code: 1,
    said: /not-persisted .*to be a file/,
  },
  'leaves a link to what never ends': {
    request: 'const path = rollout(); fs.unlinkSync(path); fs.symlinkSync("/dev/zero", path); ok(message)',
    code: 1,
    said: /not-persisted .*to be a file/,
  },
  'removes its home': {
    request: 'fs.rmSync(home, { recursive: true }); ok(message)',
    code: 1,
    said: /not-persisted .*it is gone/,
  },
  'removes its home before it is asked': {
    first: 'fs.rmSync(home, { recursive: true })',
    request: 'ok(message)',
    code: 1,
    said: /usage-present/,
  },
  'leads its home to that of the user': {
    first: 'fs.symlinkSync(path.join(process.env.TMPDIR, "user", "sessions"), path.join(home, "sessions"))',
    code: 4,
    said: /leads out of it/,
  },
  'makes folders that are hard to remove': {
    first: `let at = '.'; for (let i = 0; i < 60; i++) { fs.mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)); }
      fs.mkdirSync(path.join(home, 'locked')); fs.writeFileSync(path.join(home, 'locked', 'x'), ''); fs.chmodSync(path.join(home, 'locked'), 0);`,
    request: 'ok(message)',
    code: 1,
    said: /usage-present/,
  },
};

function script({ first = '', request = '' }: BadServer): string {
  return `
    const fs = require('node:fs');
    const path = require('node:path');
    const { spawn, execFileSync } = require('node:child_process');
    const home = process.env.CODEX_HOME;
    process.stdout.on('error', () => {});
    const send = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
    const ok = ({ id, params }) => send({ id, result: { thread: { id: params.threadId, turns: [] } } });
    const rollout = () => {
      const folder = path.join(home, 'sessions');
      return path.join(folder, fs.readdirSync(folder, { recursive: true }).find((name) => name.endsWith('.jsonl')));
    };
    let isMute = false;
    const mute = () => { isMute = true; };
    const input = require('node:readline').createInterface({ input: process.stdin });
    ${first}
    input.on('line', (line) => {
      const message = JSON.parse(line);
      if (isMute || message.method === 'initialized') return;
      if (message.method === 'initialize') send({ id: message.id, result: { userAgent: 'x/0.169.0 (y)' } });
      else if (message.id !== undefined && message.method !== undefined) { ${request} }
    });`;
}

describe.skipIf(process.platform !== 'linux')('a server that', () => {
  let temporary = '';
  let rollout = '';
  let before: unknown;
  const user = () => join(temporary, 'user');

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'bad-servers-'));
    mkdirSync(user());
    const [placed] = await homeWith(['samples/0.169.0/two-turns.jsonl'], user());
    writeFileSync(join(user(), 'config.toml'), '');
    rollout = placed?.path ?? '';
    before = fingerprint(user());
    vi.stubEnv('TMPDIR', temporary);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true, force: true });
  });

  test.concurrent.each(Object.entries(servers))(
    '%s',
    async (name, server) => {
      const file = join(temporary, `${name.replaceAll(' ', '-')}.cjs`);
      await writeFile(file, script(server));
      const env = { PATH: process.env.PATH ?? '', TMPDIR: temporary, HOME: user(), CODEX_HOME: user() };
      const args = ['--resume', rollout, '--quiet-ms', '50', ...slow, ...(server.args ?? [])];
      const { code, stdout, stderr } = await runCli(['replay', ...args, '--', process.execPath, file], { env });
      expect(`${stderr}\n${stdout.split('\n').slice(-40).join('\n')}`).toMatch(server.said);
      expect([code, stderr.includes('\u001b'), stderr.length < 2_000]).toEqual([server.code, false, true]);
    },
    120_000,
  );

  test("leaves nothing behind, and the user's home as it is", async () => {
    expect(readdirSync(temporary).filter((entry) => entry.startsWith('rollout-inspect-'))).toEqual([]);
    await until(() => processesWith(temporary).length === 0);
    expect(fingerprint(user())).toEqual(before);
  });
});
