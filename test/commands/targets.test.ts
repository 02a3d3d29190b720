import { appendFileSync, copyFileSync, mkdirSync, readdirSync, renameSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { sessionMeta, temporaryFolder, threadA, threadB, tokenCount, writeRollout } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith, type PlacedRollout } from '../support/sample-home.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';

/** A Codex home with the samples of a version. */
async function sampleHome(): Promise<{ codexHome: string; rollouts: readonly PlacedRollout[] }> {
  const codexHome = temporaryFolder();
  const names = readdirSync('samples/0.169.0').filter((name) => name.endsWith('.jsonl'));
  const rollouts = await homeWith(
    names.map((name) => join('samples/0.169.0', name)),
    codexHome,
  );
  return { codexHome, rollouts };
}

/** The paths of the rollouts that `usage` answers for, and what it says on standard error. */
async function usageOf(codexHome: string, ...args: string[]) {
  const { code, stdout, stderr } = await runCli(['usage', ...args, '--json', '--codex-home', codexHome]);
  const paths = stdout === '' ? [] : JSON.parse(stdout).rollouts.map(({ path }: { path: string }) => path);
  return { code, paths, stderr };
}

describe('a thread of a Codex home', () => {
  let codexHome = '';
  let path = '';
  const id = '01a20417-8cab-7172-9434-dd5633fbbeb4';

  beforeEach(async () => {
    const home = await sampleHome();
    codexHome = home.codexHome;
    path = home.rollouts.find(({ threadId }) => threadId === id)?.path ?? '';
    appendFileSync(join(codexHome, 'session_index.jsonl'), `{"id":"${id}","thread_name":"Old"}\nno JSON\n`);
    appendFileSync(join(codexHome, 'session_index.jsonl'), `{"id":"${id}","thread_name":"Birds in winter"}\n`);
  });

  test.each([
    ['its id', id],
    ['its id in upper case', id.toUpperCase()],
    ['its id without dashes', id.replaceAll('-', '')],
    ['its id in braces', `{${id}}`],
    ['its id as a URN', `urn:uuid:${id}`],
    ['the beginning of its id', '01a20417-8ca'],
    ['both ends of its id, as tables show it', '01a20417…beb4'],
    ['the name of its file', `rollout-2026-11-22T16-29-41-${id}.jsonl`],
    ['its name', 'Birds in winter'],
    ['its name in another case', 'birds in WINTER'],
  ])('is found by %s', async (_, argument) => {
    expect(await usageOf(codexHome, argument)).toEqual({ code: 0, paths: [path], stderr: '' });
  });

  test.each([
    ['a URL of its file', () => pathToFileURL(path).href],
    ['a pattern', () => join(codexHome, 'sessions/**', `*${id}.jsonl`)],
    ['a folder', () => dirname(path)],
  ])('is among what %s names', async (_, argument) => {
    expect((await usageOf(codexHome, argument())).paths).toContain(path);
  });

  test('is not found by a name that it had before', async () => {
    expect((await usageOf(codexHome, 'Old')).stderr).toContain('no such file Old');
  });

  test('is named with the others when a beginning may be several', async () => {
    const { code, stderr } = await usageOf(codexHome, '01a20417');
    expect(code).toBe(2);
    expect(stderr).toContain(`01a20417 may be 9 threads: ${id}, `);
    expect(stderr).toContain('5 more');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('is found where it is archived, too', async () => {
    const { codexHome: home, rollouts } = await sampleHome();
    mkdirSync(join(home, 'archived_sessions'));
    const moved = rollouts.find(({ threadId }) => threadId === id)?.path ?? '';
    const archived = join(home, 'archived_sessions', basename(moved));
    renameSync(moved, archived);
    for (const argument of [id, '01a20417-8ca', basename(moved)]) {
      expect((await usageOf(home, argument)).paths).toEqual([archived]);
    }
  });
});

test('the home of the user is ~, also where no shell says so', async () => {
  const { stderr } = await usageOf(temporaryFolder(), '~/no-such-rollout.jsonl');
  expect(stderr).toMatch(/no such file \/.*\/no-such-rollout\.jsonl/);
});

test.each([
  ['file://elsewhere/rollout.jsonl', 'names no file here'],
  ['*.no-such', 'no rollout is called like'],
])('%s: %s', async (argument, complaint) => {
  const { code, stderr } = await usageOf(temporaryFolder(), argument);
  expect([code, stderr]).toEqual([2, expect.stringContaining(complaint)]);
});

test('a file that is named twice, by whatever names, counts once', async () => {
  const { stdout } = await runCli(['usage', sample, `./${sample}`, pathToFileURL(sample).href, '--json']);
  expect(JSON.parse(stdout).rollouts).toHaveLength(1);
});

test('a folder is walked without node_modules and dot folders, but may be one', async () => {
  const folder = join(temporaryFolder(), '.fixtures');
  for (const name of ['node_modules/package', '.cache', 'kept']) {
    mkdirSync(join(folder, name), { recursive: true });
    copyFileSync(sample, join(folder, name, 'rollout.jsonl'));
  }
  expect((await usageOf(temporaryFolder(), folder)).paths).toEqual([join(folder, 'kept', 'rollout.jsonl')]);
  const { stderr } = await usageOf(
    temporaryFolder(),
    join(folder, 'node_modules', 'package', '..', '..', '.cache', '..', '..'),
  );
  expect(stderr).toContain('no rollouts below');
  expect(stderr).toContain('of 0 files none ends in .jsonl');
});

describe('the last session', () => {
  /** A home in which the thread that was begun last is not the one that was written to last. */
  function home(): string {
    const codexHome = temporaryFolder();
    const folder = join(codexHome, 'sessions/2026/03/04');
    mkdirSync(folder, { recursive: true });
    const at = (line: string, time: string) => line.replace(/"timestamp":"[^"]*"/, `"timestamp":"${time}"`);
    const [older, newer] = [
      writeRollout(folder, `rollout-2026-03-04T05-00-00-${threadA}.jsonl`, [
        sessionMeta(threadA, { cwd: '/home/a' }),
        at(tokenCount(100), '2026-03-05T00:00:00Z'),
      ]),
      writeRollout(folder, `rollout-2026-03-04T06-00-00-${threadB}.jsonl`, [
        sessionMeta(threadB, { cwd: '/home/b' }),
        at(tokenCount(200), '2026-03-04T12:00:00Z'),
      ]),
    ];
    const spawned = '019d2f00-0000-7000-8000-00000000cccc';
    writeRollout(folder, `rollout-2026-03-04T07-00-00-${spawned}.jsonl`, [
      sessionMeta(spawned, { cwd: '/home/a', source: { subagent: 'review' } }),
      at(tokenCount(300), '2026-03-06T00:00:00Z'),
    ]);
    // When a file was copied says nothing.
    utimesSync(older, new Date('2020-01-01'), new Date('2020-01-01'));
    utimesSync(newer, new Date('2030-01-01'), new Date('2030-01-01'));
    return codexHome;
  }

  test.each([
    ['of all', ['--last'], threadA],
    ['of a folder', ['--last', '--cwd', '/home/b/'], threadB],
  ])('%s is the one whose last record is newest, sub-agents aside', async (_, args, threadId) => {
    expect((await usageOf(home(), ...args)).paths).toEqual([expect.stringContaining(threadId)]);
  });

  test('of a folder without any is not that of another', async () => {
    const { code, stderr } = await usageOf(home(), '--last', '--cwd', '/home/c');
    expect([code, stderr]).toEqual([2, expect.stringContaining('no sessions that were begun in /home/c')]);
  });

  test('stands in the place of a rollout, too', async () => {
    const args = ['--server', 'embedded', '--quiet-ms', '20', '--codex-home', home()];
    const { stdout } = await runCli(['replay', '--resume', '--last', ...args]);
    expect(stdout).toContain(`replay   resume of thread ${threadA}`);
  });

  test('of a folder makes no sense with a rollout', async () => {
    const { code, stderr } = await usageOf(temporaryFolder(), sample, '--cwd', '.');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--cwd is for --last')]);
  });
});

describe('a turn that a fork is cut at', () => {
  const fork = (flag: string, turn: string) =>
    runCli(['replay', '--fork', sample, flag, turn, '--server', 'embedded', '--quiet-ms', '20', '--json']);
  const first = '01a20417-8cc1-70a3-a1b7-29bd7835a36c';

  test.each(['01a20417-8cc', '01a20417…a36c', '…a36c', first])('is found by %s', async (turn) => {
    const { stdout } = await fork('--last-turn', turn);
    const request = JSON.parse(stdout).transcript.find(
      ({ message }: { message: { method?: string } }) => message.method === 'thread/fork',
    );
    expect(request.message.params.lastTurnId).toBe(first);
  });

  test('is named with the others when a beginning may be several', async () => {
    const { code, stderr } = await fork('--last-turn', '01a20417');
    expect([code, stderr]).toEqual([2, expect.stringContaining(`01a20417 may be 2 turns: ${first}, `)]);
  });

  test('that is not there is told with those that are', async () => {
    const { code, stderr } = await fork('--before-turn', 'nope');
    expect([code, stderr]).toEqual([2, expect.stringContaining(`has no turn nope (it has ${first}, `)]);
  });

  test('of an id that the rollout does not hold is for the server to refuse', async () => {
    const { stdout } = await fork('--last-turn', '01a20417-0000-7000-8000-000000000000');
    expect(JSON.parse(stdout).checks[0]).toMatchObject({ id: 'response', status: 'fail' });
  });
});
