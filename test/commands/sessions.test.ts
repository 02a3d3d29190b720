import { appendFileSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { actsOnTerminal, hostileTexts } from '../support/hostile-texts.ts';
import {
  sessionMeta,
  taskStarted,
  temporaryFolder,
  threadA,
  threadB,
  tokenCount,
  writeRollout,
} from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith } from '../support/sample-home.ts';

const samples = ['two-turns', 'fork-parent', 'fork', 'no-usage'].map((name) => `samples/0.169.0/${name}.jsonl`);

/** Four sessions of 0.169.0: one archived, one with a name, one a fork without a prompt of its own. */
async function home(): Promise<string> {
  const codexHome = temporaryFolder();
  const [twoTurns, parent] = await homeWith(samples, codexHome);
  mkdirSync(join(codexHome, 'archived_sessions'));
  renameSync(twoTurns?.path ?? '', join(codexHome, 'archived_sessions', basename(twoTurns?.path ?? '')));
  const entry = { id: parent?.threadId, thread_name: 'Alpine rivers', updated_at: '2026-11-22T17:00:00Z' };
  appendFileSync(join(codexHome, 'session_index.jsonl'), `${JSON.stringify(entry)}\n`);
  return codexHome;
}

async function list(codexHome: string, ...args: string[]) {
  const { code, stdout, stderr } = await runCli(['sessions', '--codex-home', codexHome, '--json', ...args]);
  return { code, stderr, sessions: JSON.parse(stdout).sessions };
}

test('the list says what one picks by, and what a client will see', async () => {
  const { sessions } = await list(await home());
  const shown = sessions.map((each: Record<string, unknown>) => [each.title, each.cwd, each.client, each.onResume]);
  const held = { outcome: 'none', why: 'fork-resume-no-replay' };
  expect(shown).toEqual([
    ['Tell me a very long story.', '/workspace', 'vscode', { outcome: 'none', why: 'info-null-only' }],
    ['Name a river in the Alps.', '/workspace', 'vscode', held],
    ['Alpine rivers', '/workspace', 'vscode', { outcome: 'usage', why: null }],
  ]);
  expect(sessions[2].tokenUsageInfo.last_token_usage.total_tokens).toBe(18712);
});

test.each([
  [['--all'], ['Tell me', 'Name a', 'Alpine', 'Which birds']],
  [
    ['--search', 'RIVER'],
    ['Name a', 'Alpine'],
  ],
  [['--search', '01a20417-985a'], ['Tell me']],
  [['--cwd', '/workspace/', '--limit', '1'], ['Tell me']],
  [['--cwd', '.'], []],
  [['--since', '2026-11-22T16:29:44.200Z'], ['Tell me']],
  [['--since', '1m'], []],
])('%j', async (args, titles) => {
  const { sessions } = await list(await home(), ...args);
  expect(sessions.map(({ title }: { title: string }) => title)).toEqual(
    titles.map((title) => expect.stringContaining(title)),
  );
});

test('an archived session is refused by newer versions, and says so', async () => {
  const [session] = (await list(await home(), '--all', '--search', 'birds')).sessions;
  expect(session).toMatchObject({ archived: true, onResume: { outcome: 'refused', why: 'archived' } });
  const [older] = (await list(await home(), '--all', '--search', 'birds', '--emulate', '0.128.0')).sessions;
  expect(older.onResume.outcome).not.toBe('refused');
});

test('a turn that has not ended is in progress', async () => {
  const codexHome = temporaryFolder();
  const folder = join(codexHome, 'sessions/2026/03/04');
  mkdirSync(folder, { recursive: true });
  writeRollout(folder, `rollout-2026-03-04T05-00-00-${threadA}.jsonl`, [
    sessionMeta(threadA),
    taskStarted('turn'),
    tokenCount(100),
  ]);
  writeRollout(folder, `rollout-2026-03-04T05-00-00-${threadB}.jsonl`, [sessionMeta(threadB), tokenCount(100)]);
  const { sessions } = await list(codexHome);
  expect(Object.fromEntries(sessions.map(({ threadId, inProgress }: never) => [threadId, inProgress]))).toEqual({
    [threadA]: true,
    [threadB]: false,
  });
});

describe('on a terminal', () => {
  test.each([40, 60, 80, 120, 200])('of %i columns no line is longer, and the title is there', async (columns) => {
    const { stdout } = await runCli(['sessions', '--codex-home', await home()], {
      isTerminal: true,
      columns,
      env: { NO_COLOR: '1' },
    });
    const lines = stdout.split('\n');
    expect(Math.max(...lines.slice(0, 4).map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(stdout).toContain('Name a rive');
  });

  test('nothing that a user typed acts on it', async () => {
    const codexHome = temporaryFolder();
    const folder = join(codexHome, 'sessions/2026/03/04');
    mkdirSync(folder, { recursive: true });
    const prompt = hostileTexts.join(' ');
    writeRollout(folder, `rollout-2026-03-04T05-00-00-${threadA}.jsonl`, [
      sessionMeta(threadA, { cwd: `/${prompt}` }),
      JSON.stringify({ timestamp: 'x', type: 'event_msg', payload: { type: 'user_message', message: prompt } }),
    ]);
    for (const format of [[], ['--json'], ['--csv'], ['--ndjson']]) {
      const { stdout } = await runCli(['sessions', '--codex-home', codexHome, ...format]);
      expect(stdout.split('\n').filter((line) => actsOnTerminal(line))).toEqual([]);
    }
  });
});

test.each([
  ['--since', 'yesterday', '--since yesterday is no time'],
  ['--limit', '0', 'not a whole number above 0'],
  ['--codex-home', '/no/such/home', 'there is no Codex home /no/such/home'],
])('%s %s is told', async (flag, value, complaint) => {
  const { code, stdout, stderr } = await runCli(['sessions', flag, value]);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(complaint)]);
});

test('the formats for programs have a record for each session', async () => {
  const codexHome = await home();
  const run = async (format: string) => (await runCli(['sessions', '--codex-home', codexHome, format])).stdout;
  const lines = (await run('--ndjson')).trimEnd().split('\n');
  const csv = (await run('--csv')).trimEnd().split('\n');
  expect([lines.length, csv.length]).toEqual([3, 4]);
  expect(lines.map((line) => JSON.parse(line))).toEqual((await list(codexHome)).sessions);
});
