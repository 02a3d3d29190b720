import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CliEnd, CliPlace } from '../support/cli-child.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { fingerprint } from '../support/fingerprint.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { failedChecks, type ReplayJson } from '../support/replay-json.ts';
import { homeWith } from '../support/sample-home.ts';

const SAMPLES = 'samples/0.169.0';

/** What a user would not want to leak to a server that is only looked at. */
const secrets = {
  SECRET_X: 'secret',
  OPENAI_API_KEY: 'secret',
  CODEX_API_KEY: 'secret',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

interface UserHome {
  readonly place: CliPlace;
  /** The user's CODEX_HOME. */
  readonly codexHome: string;
  /** The thread of a paginated fork whose parent is there too. */
  readonly forkId: string;
  /** A file that a command of the user's config.toml makes. */
  readonly witness: string;
}

/** Makes a home as a user might have it, for the time of `use`. */
function withUserHome(use: (user: UserHome) => Promise<void>): Promise<void> {
  return CliPlace.with(async (place) => use(await userHome(place)));
}

async function userHome(place: CliPlace): Promise<UserHome> {
  const codexHome = join(place.temporary, 'user', '.codex');
  const witness = join(place.temporary, 'witness');
  mkdirSync(codexHome, { recursive: true });
  const names = ['fork-of-fork', 'fork', 'fork-with-turn', 'fork-parent', 'two-turns'];
  const rollouts = await homeWith(
    names.map((name) => `${SAMPLES}/${name}.jsonl`),
    codexHome,
  );
  const [forkOfFork, , forkWithTurn] = rollouts;
  if (!forkOfFork || !forkWithTurn) throw new Error('no rollouts');
  chmodSync(forkOfFork.path, 0o444);
  writeFileSync(join(codexHome, 'config.toml'), configWith(witness));
  writeFileSync(join(codexHome, 'auth.json'), '{"OPENAI_API_KEY":"secret","tokens":null}\n', { mode: 0o600 });
  writeFileSync(
    join(codexHome, 'state_5.sqlite'),
    Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4080)]),
  );
  writeFileSync(join(codexHome, 'history.jsonl'), '');
  return { place, codexHome, forkId: forkWithTurn.threadId, witness };
}

function configWith(witness: string): string {
  const run = ['-c', `echo run >> '${witness}'`];
  return `model_provider = "mock"
notify = ${JSON.stringify(['sh', ...run])}

[model_providers.mock]
name = "mock"
base_url = "http://127.0.0.1:9/v1"

[mcp_servers.x]
command = "sh"
cwd = "/"
args = ${JSON.stringify(run)}
`;
}

async function replayIn({ place, codexHome }: UserHome, args: readonly string[]): Promise<CliEnd> {
  const env = { HOME: join(place.temporary, 'user'), ...secrets };
  return place.start(['replay', ...args, '--codex-home', codexHome], env).ended;
}

describeRealCodex("the user's Codex home", () => {
  test.concurrent.each([
    ['resume', 'codex', ['usage-present']],
    ['fork', 'codex', []],
    ['rejoin', 'codex', []],
    ['resume', 'embedded', ['usage-present']],
    ['fork', 'embedded', []],
    ['rejoin', 'embedded', []],
  ] as const)(
    'is untouched by a %s on %s',
    (lifecycle, server, failing) =>
      withUserHome(async (user) => {
        const before = fingerprint(user.codexHome);
        const { stdout, stderr } = await replayIn(user, [`--${lifecycle}`, user.forkId, '--server', server, '--json']);
        expect(stderr).toBe('');
        const report = JSON.parse(stdout) as ReplayJson;
        expect(failedChecks(report)).toEqual(failing);
        expect(fingerprint(user.codexHome)).toEqual(before);
        expect(user.place.homes()).toEqual([]);
        expect(existsSync(user.witness)).toBe(false);
      }),
    60_000,
  );

  test.concurrent(
    'is what --in-place works in: there it changes, and its commands are run',
    () =>
      withUserHome(async (user) => {
        const before = fingerprint(user.codexHome);
        const { code, stderr } = await replayIn(user, ['--fork', user.forkId, '--server', 'codex', '--in-place']);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(fingerprint(user.codexHome)).not.toEqual(before);
        expect(existsSync(user.witness)).toBe(true);
      }),
    60_000,
  );

  test.concurrent(
    'and the secrets of the environment are kept from the server',
    () =>
      withUserHome(async (user) => {
        const dump = join(user.place.temporary, 'environment');
        const codex = join(user.place.temporary, 'codex');
        writeFileSync(codex, `#!/bin/sh\nenv > '${dump}'\nexec '${pinnedCodexBinary()}' "$@"\n`, { mode: 0o755 });
        const { code } = await replayIn(user, ['--fork', user.forkId, '--server', 'codex', '--codex-bin', codex]);
        expect(code).toBe(0);
        const environment = readFileSync(dump, 'utf8');
        expect(environment).not.toContain('secret');
        expect(environment).not.toContain(user.codexHome);
        expect(/^HOME=(.*)$/m.exec(environment)?.[1]).toBe(/^CODEX_HOME=(.*)$/m.exec(environment)?.[1]);
        const names = environment.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);
        const ofShell = ['PWD', 'OLDPWD', 'SHLVL', '_'];
        const given = names.filter((name) => !ofShell.includes(name) && !/proxy$|^GIT_/i.test(name));
        expect(given.sort()).toEqual(['CODEX_HOME', 'HOME', 'PATH', 'TMPDIR']);
      }),
    60_000,
  );
});

describeRealCodex('what the user has set up for shells and git', () => {
  test.concurrent('is not run, and leads nowhere', { timeout: 60_000 }, () =>
    withUserHome(async (user) => {
      const home = join(user.place.temporary, 'user');
      const asked: string[] = [];
      const proxy = createServer((socket) => socket.on('data', (chunk) => asked.push(String(chunk)))).listen(
        0,
        '127.0.0.1',
      );
      await once(proxy, 'listening');
      const { port } = proxy.address() as AddressInfo;
      writeFileSync(join(home, '.gitconfig'), `[http]\n  proxy = http://127.0.0.1:${port}\n`);
      for (const profile of ['.bash_profile', '.bashrc', '.profile', '.zshenv']) {
        writeFileSync(join(home, profile), `echo ${profile} >> '${user.witness}'\n`);
      }
      const args = ['replay', '--fork', user.forkId, '--codex-home', user.codexHome, '--server', 'codex'];
      const { code } = await user.place.start(args, { HOME: home, SHELL: '/bin/bash' }).ended;
      proxy.close();
      expect([code, asked, existsSync(user.witness)]).toEqual([0, [], false]);
    }),
  );
});

describeRealCodex('a rollout of model providers that nobody has configured', () => {
  test.concurrent.each(['acme', 'a "b" \\c\\ [d].e = #f', "ü'\u{1f600}\t\u007f", 'openai'])(
    '%j: it is resumed',
    (provider) =>
      CliPlace.with(async (place) => {
        const rollout = join(place.temporary, 'two-turns.jsonl');
        writeFileSync(rollout, withProvider(provider));
        const { stdout } = await place.start(['replay', '--resume', rollout, '--server', 'codex', '--json']).ended;
        const report = JSON.parse(stdout) as ReplayJson;
        expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([]);
        const answer = report.transcript.findLast(({ message }) => message.result?.thread !== undefined);
        expect(answer?.message.result?.modelProvider).toBe(provider);
      }),
    60_000,
  );
});

describeRealCodex('a rollout that names no model provider', () => {
  test.concurrent(
    'is refused, as in a home that is in use',
    () =>
      CliPlace.with(async (place) => {
        const rollout = join(process.cwd(), 'test/oracle/session_meta_minimal/rollout.jsonl');
        const { stdout } = await place.start(['replay', '--resume', rollout, '--server', 'codex', '--json']).ended;
        const report = JSON.parse(stdout) as ReplayJson;
        expect(failedChecks(report)).toEqual(['response']);
        expect(report.deviations.map(({ id }) => id)).toEqual(['provider-needed']);
      }),
    60_000,
  );
});

/** The two-turn session of another model provider, in its session_meta and in its settings. */
function withProvider(provider: string): string {
  return readFileSync(`${SAMPLES}/two-turns.jsonl`, 'utf8')
    .replace('"model_provider":"mock"', () => `"model_provider":${JSON.stringify(provider)}`)
    .replace('"model_provider_id":"mock"', () => `"model_provider_id":${JSON.stringify(provider)}`);
}
