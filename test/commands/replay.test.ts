import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatCodexVersion, newestCodex } from '../../src/codex/version.ts';
import { runCli } from '../support/run-cli.ts';
import { zstdOf } from '../support/zstd.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** How long to listen to a server of a few lines, which says all at once. */
const soon = ['--quiet-ms', '50'];

/** A server of a few lines: a script that Node runs. */
async function server(name: string, script: string): Promise<readonly string[]> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, script);
  return ['--', process.execPath, path];
}

/** Answers `initialize` as Codex 0.169.0 would, and hands every other message to `rest`. */
function scripted(rest: string): string {
  return `
    import { createInterface } from 'node:readline';
    const send = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
    createInterface({ input: process.stdin }).on('line', (line) => {
      const message = JSON.parse(line);
      if (message.method === 'initialize') send({ id: message.id, result: { userAgent: 'x/0.169.0 (y)' } });
      else if (message.method !== 'initialized') { ${rest} }
    });`;
}

describe('arguments that make no sense', () => {
  test.each<[string, string[], string]>([
    ['no lifecycle', [], 'what is to be replayed? (name a thread with --resume, --fork or --rejoin)'],
    [
      'two lifecycles',
      ['--resume', sample, '--fork', sample],
      "option '--resume <rollout>' cannot be used with option",
    ],
    ['a server that is none', ['--resume', sample, '--server', 'nope'], 'no such server: nope'],
    [
      'a server and a command',
      ['--resume', sample, '--server', 'embedded', '--', 'cat'],
      '--server makes no sense with cat',
    ],
    [
      'a version for a real server',
      ['--resume', sample, '--emulate', '0.122.0', '--', 'cat'],
      '--emulate makes no sense',
    ],
    [
      'a token for none',
      ['--resume', sample, '--server', 'embedded', '--token-env', 'T'],
      '--token-env makes no sense',
    ],
    [
      'a token that is not there',
      ['--resume', sample, '--server', 'ws://127.0.0.1:1', '--token-env', 'T'],
      'there is no token in T',
    ],
    ['a cut of a resume', ['--resume', sample, '--last-turn', 'x'], '--last-turn and --before-turn are for --fork'],
    ['both cuts', ['--fork', sample, '--last-turn', 'x', '--before-turn', 'y'], 'do not go together'],
    [
      'a rejoin alone',
      ['--rejoin', sample, '--server', 'embedded', '--no-observer'],
      'a rejoin needs a second connection',
    ],
    ['a rejoin over stdio', ['--rejoin', sample, '--', 'cat'], 'has only one connection'],
    [
      'in place on a server that runs',
      ['--resume', sample, '--in-place', '--server', 'ws://127.0.0.1:1'],
      '--in-place makes no sense',
    ],
    ['in place outside of a home', ['--resume', sample, '--in-place', '--server', 'embedded'], 'is in no Codex home'],
    ['a file that is not there', ['--resume', 'nope.jsonl', '--server', 'embedded'], 'no such file nope.jsonl'],
    ['a folder', ['--resume', 'samples/0.169.0', '--server', 'embedded'], 'more than one rollout below'],
    ['standard input', ['--resume', '-', '--server', 'embedded'], 'cannot be copied'],
    [
      'a thread nobody knows',
      ['--resume', 'package.json', '--server', 'embedded'],
      'does not begin with a session_meta',
    ],
    ['no milliseconds', ['--resume', sample, '--quiet-ms', '0'], 'not a whole number above 0'],
    ['no number', ['--resume', sample, '--quiet-ms', '1.5'], 'not a whole number above 0'],
    ['more than a timer takes', ['--resume', sample, '--timeout', '2147483648'], 'It is more than 2147483647.'],
    ['far more than that', ['--resume', sample, '--timeout', '99999999999999'], 'It is more than 2147483647.'],
    [
      'a codex that is not there',
      ['--resume', sample, '--server', 'codex', '--codex-bin', '/nope/codex'],
      '/nope/codex',
    ],
  ])('%s', async (_, args, complaint) => {
    const { code, stdout, stderr } = await runCli(['replay', ...args]);
    expect(stderr).toContain(complaint);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(args.includes('/nope/codex') ? 4 : 2);
  });

  test('as long as a timer can be is fine', async () => {
    const args = ['--resume', sample, '--server', 'embedded', '--quiet-ms', '50', '--timeout', '2147483647'];
    expect((await runCli(['replay', ...args])).code).toBe(0);
  });

  test('a compressed rollout that is cut is told as such', async () => {
    const path = join(folder, 'compressed.jsonl.zst');
    await writeFile(path, zstdOf(await readFile(sample)).subarray(0, -100));
    const { code, stderr } = await runCli(['replay', '--resume', path, '--server', 'embedded']);
    expect(stderr).toContain('compressed.jsonl.zst is a compressed file that is cut');
    expect(code).toBe(2);
  });
});

test('the help says when there is an observer', async () => {
  const { stdout } = await runCli(['replay', '--help']);
  const help = stdout.replace(/\s+/g, ' ');
  expect(help).toContain('(default: for --rejoin, and with a server that is embedded or runs already)');
  expect(help).toContain('it runs in the Codex home that it is given ($CODEX_HOME)');
});

describe('which server is driven', () => {
  test('a relative command is found from where we are, though it runs elsewhere', async () => {
    const [, , path = ''] = await server('relative', `#!${process.execPath}\n${scripted('process.exit(7)')}`);
    await chmod(path, 0o700);
    const { stderr } = await runCli(['replay', '--resume', sample, '--', './relative.mjs'], { cwd: folder });
    expect(stderr).toContain('exited with code 7');
  });

  test('the head says where a codex came from', async () => {
    const [, , path = ''] = await server(
      'some-codex',
      `#!${process.execPath}\n${scripted('send({ id: message.id, error: { code: 1, message: "no" } })')}`,
    );
    await chmod(path, 0o700);
    const args = ['replay', '--resume', sample, '--quiet-ms', '50'];
    const named = await runCli([...args, '--codex-bin', path]);
    expect(named.stdout).toContain(`codex (${path}, from --codex-bin), stdio`);
    const variable = await runCli(args, { env: { CODEX_BIN: path } });
    expect(variable.stdout).toContain(`codex (${path}, from $CODEX_BIN), stdio`);
  });

  test('a version that is newer than the newest known is not emulated, and nothing says so', async () => {
    const args = ['--resume', sample, '--emulate', '9.9.9', '--quiet-ms', '50'];
    const { stdout } = await runCli(['replay', ...args, '--json']);
    const newest = formatCodexVersion(newestCodex);
    expect(JSON.parse(stdout).server).toMatchObject({ version: newest, emulates: newest });
    expect((await runCli(['replay', ...args])).stdout).not.toContain('9.9.9');
  });
});

describe('a server that fails ends in exit code 4, with the reason', () => {
  test.each<[string, string, string[], RegExp]>([
    [
      'dies at once',
      'console.error("out of \\x1b[31mluck"); process.exit(3)',
      [],
      /exited with code 3; it said: out of luck/,
    ],
    ['never says a word', 'setInterval(() => {}, 1000)', ['--initialize-timeout', '300'], /initialize .*300 ms/],
    ['does not answer', scripted(''), ['--request-timeout', '300'], /thread\/resume .*300 ms/],
    ['dies on the request', scripted('process.exit(7)'), [], /exited with code 7/],
    [
      'refuses to begin',
      'process.stdin.once("data", () => console.log(JSON.stringify({ id: 1, error: { code: 1, message: "no" } })))',
      [],
      /initialize.*no/,
    ],
    [
      'never falls quiet',
      scripted(
        'send({ id: message.id, result: { thread: { id: "t", turns: [] } } }); setInterval(() => send({ method: "x", params: {} }), 20)',
      ),
      ['--timeout', '1500'],
      /never fell quiet in 1500 ms/,
    ],
  ])('%s', async (name, script, args, reason) => {
    const command = await server(name.replaceAll(' ', '-'), script);
    const { code, stderr } = await runCli(['replay', '--resume', sample, ...args, ...command]);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain('\x1b');
    expect(code).toBe(4);
  });

  describe('what was said before it had said its name is shown all the same', () => {
    const refusing =
      'process.stdin.once("data", () => console.log(JSON.stringify({ id: 1, error: { code: 1, message: "no" } })))';

    test('as text, without a head', async () => {
      const command = await server('refusing', refusing);
      const { code, stdout } = await runCli(['replay', '--resume', sample, ...command]);
      expect(stdout.split('\n').map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
        expect.stringMatching(/^- → request initialize as rollout-inspect/),
        '- ← error initialize 1 no',
        '',
      ]);
      expect(code).toBe(4);
    });

    test('as NDJSON, also when nothing was answered', async () => {
      const command = await server('silent', 'setInterval(() => {}, 1000)');
      const args = ['--ndjson', '--initialize-timeout', '300'];
      const { code, stdout } = await runCli(['replay', '--resume', sample, ...args, ...command]);
      expect(JSON.parse(stdout)).toMatchObject({ seq: 1, direction: 'sent', message: { method: 'initialize' } });
      expect(code).toBe(4);
    });

    test('but not as JSON, which is one object', async () => {
      const command = await server('refusing', refusing);
      const { code, stdout } = await runCli(['replay', '--resume', sample, '--json', ...command]);
      expect([code, stdout]).toEqual([4, '']);
    });
  });

  test('one that is not there', async () => {
    const { code, stderr, stdout } = await runCli(['replay', '--resume', sample, '--', '/nope/server']);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('/nope/server');
  });

  test('one that may not be started', async () => {
    const path = join(folder, 'plain-file');
    await writeFile(path, '');
    await chmod(path, 0o600);
    expect((await runCli(['replay', '--resume', sample, '--', path])).code).toBe(4);
  });
});

test('a rollout whose parent is missing is not blamed on the server', async () => {
  const lonely = join(folder, 'lonely.jsonl');
  await copyFile('samples/0.169.0/fork-with-turn.jsonl', lonely);
  const args = ['replay', ...soon, '--resume', lonely, '--server', 'embedded', '--codex-home', folder];
  const { code, stdout } = await runCli(args);
  expect(code).toBe(1);
  expect(stdout).toMatch(/why +the rollout cannot be loaded: .*missing source rollout/);
});

describe('a recording', () => {
  const answers = scripted(`send({ id: message.id, result: { thread: { id: message.params.threadId, turns: [] } } });
    send({ method: 'x', params: { big: 9007199254740993n === 0n, text: '\\u001b[31m' } });`);

  test('is judged like the run it was made of', async () => {
    const file = join(folder, 'recorded.ndjson');
    const live = await runCli([
      'replay',
      ...soon,
      '--resume',
      sample,
      '--record',
      file,
      '--json',
      ...(await server('poor', answers)),
    ]);
    expect(live.code).toBe(1);
    const offline = await runCli(['replay', '--transcript', file, '--resume', sample, '--json']);
    expect(offline.code).toBe(1);
    const failing = (text: string) =>
      JSON.parse(text)
        .checks.filter(({ status }: { status: string }) => status === 'fail')
        .map(({ id }: { id: string }) => id);
    expect(failing(offline.stdout)).toEqual(['usage-present']);
    expect(failing(live.stdout)).toEqual(['usage-present']);
    expect(JSON.parse(offline.stdout).transcript).toEqual(JSON.parse(live.stdout).transcript);
  });

  test('does not destroy an earlier one, or anything else, when the server cannot start', async () => {
    const kept = join(folder, 'kept.ndjson');
    await runCli(['replay', ...soon, '--resume', sample, '--record', kept, ...(await server('poor', answers))]);
    const before = await readFile(kept, 'utf8');
    for (const command of [['--', '/nope/server'], await server('mute', 'process.exit(3)')]) {
      const { code, stderr } = await runCli(['replay', '--resume', sample, '--record', kept, ...command]);
      expect(code).toBe(4);
      expect(stderr).toContain('is not written, since the server said nothing');
      expect(await readFile(kept, 'utf8')).toBe(before);
    }
    const fresh = join(folder, 'fresh.ndjson');
    await runCli(['replay', '--resume', sample, '--record', fresh, '--', '/nope/server']);
    await expect(stat(fresh)).rejects.toThrow('ENOENT');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('never takes the place of the rollout that is replayed, or of an ancestor', async () => {
    const [child, parent] = [join(folder, 'child.jsonl'), join(folder, 'parent.jsonl')];
    await copyFile('samples/0.169.0/fork.jsonl', child);
    await copyFile('samples/0.169.0/fork-parent.jsonl', parent);
    await symlink(child, join(folder, 'link.ndjson'));
    for (const file of [child, parent, join(folder, 'link.ndjson')]) {
      for (const force of [[], ['--force']]) {
        const args = ['--resume', child, '--record', file, ...force, '--server', 'embedded'];
        const { code, stdout, stderr } = await runCli(['replay', ...args]);
        expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('this run reads it')]);
      }
    }
    expect(await readFile(parent)).toEqual(await readFile('samples/0.169.0/fork-parent.jsonl'));
    expect(await readFile(child)).toEqual(await readFile('samples/0.169.0/fork.jsonl'));
  });

  test('is what --ndjson prints, too', async () => {
    const { stdout } = await runCli([
      'replay',
      ...soon,
      '--resume',
      sample,
      '--ndjson',
      ...(await server('poor', answers)),
    ]);
    const file = join(folder, 'printed.ndjson');
    await writeFile(file, stdout);
    const { code } = await runCli(['replay', '--transcript', file, '--resume', sample]);
    expect(code).toBe(1);
  });

  test.each<[string, string, string]>([
    ['no JSON', '{"seq":1,\n', 'line 1, byte 0'],
    ['something else', '{"seq":1}\n', 'line 1, byte 0: this is no entry of a transcript'],
    ['without a request', '', 'holds no thread/resume and no thread/fork'],
  ])('that is none is refused: %s', async (name, text, complaint) => {
    const file = join(folder, `${name}.ndjson`);
    await writeFile(file, text);
    const { code, stderr } = await runCli(['replay', '--transcript', file, '--resume', sample]);
    expect(stderr).toContain(complaint);
    expect(code).toBe(2);
  });

  const resumed = 'samples/captures/resume-0.169.0.ndjson';
  const forked = 'samples/captures/fork-0.169.0.ndjson';
  const rejoined = 'samples/captures/rejoin-0.144.6.ndjson';

  test.each<[string, ...string[]]>([
    ['--record', '--record', 'x'],
    ['--server', '--server', 'embedded'],
    ['--codex-bin', '--codex-bin', 'x'],
    ['--emulate', '--emulate', '0.169.0'],
    ['--fault', '--fault', 'wrong-turn'],
    ['--in-place', '--in-place'],
    ['--exclude-turns', '--exclude-turns'],
    ['--last-turn', '--last-turn', 'x'],
    ['--before-turn', '--before-turn', 'x'],
    ['--observer', '--observer'],
    ['--no-observer', '--no-observer'],
    ['--env', '--env', 'X'],
    ['--token-env', '--token-env', 'X'],
    ['--token-file', '--token-file', 'x'],
    ['--connect-timeout', '--connect-timeout', '1'],
    ['--initialize-timeout', '--initialize-timeout', '1'],
    ['--request-timeout', '--request-timeout', '1'],
    ['--quiet-ms', '--quiet-ms', '1'],
    ['--timeout', '--timeout', '1'],
    ['a command', '--', 'cat'],
  ])('takes nothing that is for a server: %s', async (flag, ...args) => {
    const { code, stdout, stderr } = await runCli(['replay', '--transcript', resumed, '--resume', sample, ...args]);
    expect(stderr).toContain(`${flag} makes no sense with --transcript`);
    expect([code, stdout]).toEqual([2, '']);
  });

  test.each([
    ['--fork', 'resume', resumed, sample],
    ['--resume', 'fork', forked, 'samples/0.169.0/fork-with-turn.jsonl'],
    ['--rejoin', 'fork', forked, 'samples/0.169.0/fork-with-turn.jsonl'],
    ['--fork', 'rejoin', rejoined, 'samples/0.144.6/two-turns.jsonl'],
  ])('is not judged as what it is not: %s of a %s', async (flag, lifecycle, file, rollout) => {
    const { code, stdout, stderr } = await runCli(['replay', '--transcript', file, flag, rollout]);
    expect(stderr).toContain(`${file} is a recording of a ${lifecycle}`);
    expect([code, stdout]).toEqual([2, '']);
  });

  test.each([
    ['--fork', 'fork', forked, 'samples/0.169.0/fork-with-turn.jsonl'],
    ['--resume', 'rejoin', rejoined, 'samples/0.144.6/two-turns.jsonl'],
    ['--rejoin', 'rejoin', rejoined, 'samples/0.144.6/two-turns.jsonl'],
    ['--rejoin', 'rejoin', resumed, sample],
  ])(
    'may be named as what it is, and need not say that it is a rejoin: %s, %s',
    async (flag, lifecycle, file, rollout) => {
      const { stdout } = await runCli(['replay', '--transcript', file, flag, rollout, '--json']);
      expect(JSON.parse(stdout).lifecycle).toBe(lifecycle);
    },
  );

  test('is not judged by the rollout of another thread', async () => {
    const other = 'samples/0.169.0/fork-with-turn.jsonl';
    const { code, stdout, stderr } = await runCli(['replay', '--transcript', resumed, '--resume', other]);
    expect(stderr).toContain(
      `the recording is of thread 01a20417-8cab-7172-9434-dd5633fbbeb4, ${other} of 01a20417-9306-72d0-9e4b-ef8a4136d80b`,
    );
    expect([code, stdout]).toEqual([2, '']);
  });

  test('that cannot be written is told before anything is started', async () => {
    const { code, stderr } = await runCli([
      'replay',
      '--resume',
      sample,
      '--record',
      '/nope/x',
      '--server',
      'embedded',
    ]);
    expect(stderr).toContain('cannot write /nope/x: ENOENT');
    expect(code).toBe(2);
  });

  test('is for nobody else to read', async () => {
    const file = join(folder, 'private.ndjson');
    await runCli(['replay', ...soon, '--resume', sample, '--record', file, ...(await server('poor', answers))]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe('what a server says cannot act on a terminal', () => {
  test.each(['text', '--full', '--json', '--ndjson'])('%s', async (format) => {
    const hostile = scripted(`send({ id: message.id, result: { thread: { id: message.params.threadId, turns: [] } } });
      for (const evil of ['\\u001b]0;x\\u0007', '\\u009b2J', '\\u202e', '\\r::error::x', '##[add-mask]x'])
        { send({ method: evil, params: { message: evil, [evil]: evil } }); process.stdout.write(evil + '\\n'); process.stderr.write(evil); }`);
    const args = format === 'text' ? [] : [format];
    const { stdout, stderr } = await runCli([
      'replay',
      ...soon,
      '--resume',
      sample,
      ...args,
      ...(await server('hostile', hostile)),
    ]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(`${stdout}${stderr}`).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]|##\[/);
  });
});
