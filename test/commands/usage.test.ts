import { appendFileSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { widestOf } from '../../src/report/table.ts';
import { isCiCommand, logLines } from '../support/ci-runners.ts';
import { actsOnTerminal, hostileTexts } from '../support/hostile-texts.ts';
import {
  agentMessage,
  nullTokenCount,
  sessionMeta,
  taskStarted,
  temporaryFolder,
  threadA,
  threadB,
  tokenCount,
  writeRollout,
} from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { transcript } from '../support/transcript.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';

test.each([
  ['usage', ['usage', sample]],
  ['usage-legacy-fork', ['usage', 'samples/0.144.6/fork.jsonl']],
  ['usage-paginated-fork', ['usage', 'samples/0.169.0/fork-of-fork.jsonl']],
  ['usage-compacted', ['usage', 'samples/0.169.0/compacted.jsonl']],
  ['usage-none', ['usage', 'samples/0.169.0/no-usage.jsonl']],
  ['usage-dropped', ['usage', 'test/oracle/exp_2e3/rollout.jsonl']],
  ['usage-damaged', ['usage', 'test/oracle/nonutf8_after_last_count/rollout.jsonl']],
  ['usage-torn', ['usage', 'test/oracle/truncated_last_token_count/rollout.jsonl']],
  ['usage-missing-ancestor', ['usage', 'test/oracle/p_history_base_missing_parent/rollout.jsonl']],
  ['usage-several', ['usage', 'samples/0.144.6', sample]],
  ['usage-csv', ['usage', 'samples/0.169.0/fork.jsonl', 'samples/0.169.0/no-usage.jsonl', '--csv']],
  ['usage-ndjson', ['usage', 'samples/0.169.0/fork.jsonl', 'samples/0.169.0/no-usage.jsonl', '--ndjson']],
  ['usage-json', ['usage', 'samples/0.169.0/fork.jsonl', 'nowhere.jsonl', '--json']],
  ['usage-help', ['usage', '--help']],
  ['help', ['--help']],
  ['no-command', []],
  ['unknown-command', ['usag']],
  ['unknown-option', ['usage', sample, '--jsn']],
  ['no-rollout', ['usage']],
  ['no-such-file', ['usage', 'nowhere.jsonl']],
  ['no-rollouts-in-directory', ['usage', 'bin']],
  ['not-a-rollout', ['usage', '/dev/null']],
  ['bad-version', ['usage', sample, '--emulate', '0.97']],
  ['old-version', ['usage', sample, '--emulate', '0.97.0']],
  ['conflicting-formats', ['usage', sample, '--json', '--csv']],
])('%s', async (name, args) => {
  await expect(await transcript(args)).toMatchFileSnapshot(`../transcripts/${name}.txt`);
});

describe('a rollout is found', () => {
  const home = () => {
    const folder = temporaryFolder();
    const day = join(folder, 'sessions/2026/11/22');
    mkdirSync(day, { recursive: true });
    mkdirSync(join(folder, 'archived_sessions'));
    return { folder, day, archive: join(folder, 'archived_sessions') };
  };
  const totals = async (args: readonly string[], env?: Record<string, string>) => {
    const { stdout } = await runCli(['usage', ...args, '--json'], env ? { env } : {});
    return [...stdout.matchAll(/"total_token_usage": \{[^}]*"total_tokens": (\d+)/g)].map((match) => Number(match[1]));
  };

  test('by thread id, in either case, in the Codex home of the environment or of the option', async () => {
    const { folder, day } = home();
    writeRollout(day, `rollout-2026-11-22T10-00-00-${threadA}.jsonl`, [sessionMeta(threadA), tokenCount(100)]);
    expect(await totals([threadA], { CODEX_HOME: folder })).toEqual([100]);
    expect(await totals([threadA.toUpperCase(), '--codex-home', folder])).toEqual([100]);
  });

  test('by thread id only if the file agrees; the newest first; archived ones last', async () => {
    const { folder, day, archive } = home();
    writeRollout(archive, `rollout-2026-11-23T10-00-00-${threadA}.jsonl`, [sessionMeta(threadA), tokenCount(50)]);
    expect(await totals([threadA, '--codex-home', folder])).toEqual([50]);
    writeRollout(day, `rollout-2026-11-22T10-00-00-${threadA}.jsonl`, [sessionMeta(threadA), tokenCount(100)]);
    writeRollout(day, `rollout-2026-11-22T11-00-00-${threadA}.jsonl`, [sessionMeta(threadA), tokenCount(200)]);
    writeRollout(day, `rollout-2026-11-22T12-00-00-${threadA}.jsonl`, [sessionMeta(threadB), tokenCount(300)]);
    expect(await totals([threadA, '--codex-home', folder])).toEqual([200]);
  });

  test('as the last one by its name, not by its time of change', async () => {
    const { folder, day } = home();
    writeRollout(day, `rollout-2026-11-22T11-00-00-${threadA}.jsonl`, [sessionMeta(threadA), tokenCount(200)]);
    writeRollout(day, `rollout-2026-11-22T10-00-00-${threadB}.jsonl`, [sessionMeta(threadB), tokenCount(100)]);
    expect(await totals(['--last', '--codex-home', folder])).toEqual([200]);
  });

  test('in a directory: every one below it, and of a Codex home only the sessions', async () => {
    const { folder, day, archive } = home();
    writeRollout(folder, 'history.jsonl', ['{}']);
    writeRollout(day, `rollout-2026-11-22T10-00-00-${threadA}.jsonl`, [sessionMeta(threadA), tokenCount(100)]);
    writeRollout(archive, `rollout-2026-11-21T10-00-00-${threadB}.jsonl`, [sessionMeta(threadB), tokenCount(200)]);
    expect((await totals([folder])).sort()).toEqual([100, 200]);
    expect(await totals([join(folder, 'sessions')])).toEqual([100]);
  });

  test.each(['../../no-such-rollout', '/etc/x', `${threadA}/../../x`, '-rf', '', `${threadA}\0`, 'urn:uuid:x'])(
    'but not by %j, which is no thread id and no file',
    async (argument) => {
      const { folder } = home();
      const { code, stdout } = await runCli(['usage', '--codex-home', folder, '--', argument]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    },
  );

  test('on standard input', async () => {
    const fromFile = JSON.parse((await runCli(['usage', sample, '--json'])).stdout);
    const fromInput = JSON.parse((await runCli(['usage', '-', '--json'], { stdin: readFileSync(sample) })).stdout);
    fromFile.rollouts[0].path = '-';
    fromFile.rollouts[0].restoredFrom.path = '-';
    expect(fromInput).toEqual(fromFile);
  });

  test('on standard input only once', async () => {
    const { code, stderr } = await runCli(['usage', '-', '-'], { stdin: readFileSync(sample) });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('standard input is named twice') });
  });

  test('in a directory, also beside a folder that cannot be read or is called sessions', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sessions'));
    writeRollout(folder, 'a.jsonl', [sessionMeta(threadA), tokenCount(100)]);
    symlinkSync(join(folder, 'a.jsonl'), join(folder, 'b.jsonl'));
    const { stdout, stderr } = await runCli(['usage', folder, '--ndjson']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('links are not followed: 1');
  });

  test('as the last one, of two begun in the same second, by thread id', async () => {
    const { folder, day } = home();
    writeRollout(day, `rollout-2026-11-22T11-00-00-${threadA}.jsonl`, [sessionMeta(threadA), tokenCount(100)]);
    writeRollout(day, `rollout-2026-11-22T11-00-00-${threadB}.jsonl`, [sessionMeta(threadB), tokenCount(200)]);
    expect(await totals(['--last', '--codex-home', folder])).toEqual([200]);
  });

  test('not on standard input when that is a terminal', async () => {
    const { code, stderr } = await runCli(['usage', '-'], { stdinIsTerminal: true });
    expect(code).toBe(2);
    expect(stderr).toContain('standard input is a terminal');
  });
});

describe('exit codes', () => {
  const code = async (...args: string[]) => (await runCli(['usage', ...args])).code;
  const good = [sessionMeta(threadA), tokenCount(100)];

  test('of several rollouts the worst counts, and the others are answered', async () => {
    const folder = temporaryFolder();
    const fine = writeRollout(folder, 'fine.jsonl', good);
    const damaged = writeRollout(folder, 'damaged.jsonl', [...good, 'x']);
    const none = writeRollout(folder, 'none.jsonl', [sessionMeta(threadA), nullTokenCount]);
    expect(await code(fine)).toBe(0);
    expect(await code(damaged)).toBe(3);
    expect(await code(damaged, '--lenient')).toBe(0);
    expect(await code(none)).toBe(1);
    expect(await code(none, '--lenient')).toBe(1);
    expect(await code(damaged, none)).toBe(1);
    const { code: worst, stdout } = await runCli(['usage', damaged, none, join(folder, 'missing'), fine, '--ndjson']);
    expect(worst).toBe(2);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
  });

  test('a torn last line is no damage, a missing ancestor is, even if lenient', async () => {
    const torn = writeRollout(temporaryFolder(), 'torn.jsonl', good);
    appendFileSync(torn, '{"timestamp":"2026');
    expect(await code(torn)).toBe(0);
    const history_base = { thread_id: threadB, end_ordinal_exclusive: 1, end_byte_offset: 1 };
    const orphan = writeRollout(temporaryFolder(), 'orphan.jsonl', [
      sessionMeta(threadA, { history_mode: 'paginated', history_base }),
    ]);
    expect(await code(orphan, '--lenient')).toBe(3);
  });
});

describe('nothing acts on a terminal or a CI log', () => {
  const expectHarmless = async (args: readonly string[]) => {
    const { stdout, stderr } = await runCli(['usage', ...args]);
    const where = JSON.stringify(args);
    expect(actsOnTerminal(stdout + stderr), where).toBe(false);
    expect([...logLines(stdout), ...logLines(stderr)].filter(isCiCommand), where).toEqual([]);
  };
  const hostileRollout = (text: string, folder: string) => {
    const name = text.replaceAll('/', '').replaceAll('\0', '');
    const escaped = JSON.stringify(text).slice(1, -1);
    const meta = sessionMeta(threadA, { cli_version: text });
    const hostileCount = tokenCount(100).replace('2026-03-27T10:00:00.000Z', escaped);
    const dropped = tokenCount(100).replace('"input_tokens":100', `"input_tokens":"${escaped}"`);
    return writeRollout(folder, `${name}.jsonl`, [meta, hostileCount, dropped, text]);
  };

  test('that a rollout or its name says, alone', async () => {
    for (const text of hostileTexts) await expectHarmless([hostileRollout(text, temporaryFolder())]);
  });

  test.each([[], ['--json'], ['--ndjson'], ['--csv'], ['--color', 'never']])(
    'that rollouts and their names say together, %j',
    async (...format) => {
      const folder = temporaryFolder();
      for (const text of hostileTexts) hostileRollout(text, folder);
      await expectHarmless([folder, ...format]);
    },
  );

  test('that an argument says', async () => {
    const path = hostileRollout('harmless', temporaryFolder());
    for (const text of hostileTexts) {
      const errors = [[text], ['--last', '--codex-home', text], [path, `--${text}`], [path, '--emulate', text]];
      for (const args of errors) await expectHarmless(args);
    }
  });
});

test('where the model was changed, a card says so, whatever comes in between and wherever the usage was found', async () => {
  const context = (model: string) => {
    const settings = { cwd: '/', approval_policy: 'never', sandbox_policy: { type: 'read-only' }, summary: 'auto' };
    return JSON.stringify({ timestamp: 't', type: 'turn_context', payload: { ...settings, model } });
  };
  const card = async (lines: readonly string[]) => {
    const { stdout } = await runCli(['usage', writeRollout(temporaryFolder(), 'r.jsonl', lines)]);
    return stdout.split('\n').find((line) => line.startsWith('models'));
  };
  const turn = (model: string, total: number) => [taskStarted(model), context(model), tokenCount(total)];
  const filler = Array.from({ length: 300 }, () => agentMessage.replace('hello', 'x'.repeat(1_000)));
  const meta = sessionMeta(threadA);
  const changed = [meta, ...turn('large', 10), ...turn('small', 20), ...filler, ...turn('small', 30), context('later')];
  expect(await card(changed)).toBe(
    'models   small last, large before: the window is that of the last; what each spent says tree --by model',
  );
  expect(await card([meta, ...turn('small', 20), ...turn('small', 30)])).toBeUndefined();
  expect(await card([meta, ...turn('\u001b[31mred', 20), ...turn('small', 30)])).toContain('\\x1b[31mred before');
});

test('colour is on only where it is wanted', async () => {
  const colored = async (setting: { isTerminal?: boolean; env?: Record<string, string> }, ...args: string[]) =>
    (await runCli(['usage', sample, ...args], setting)).stdout.includes('\u001b[');
  expect(await colored({ isTerminal: true })).toBe(true);
  expect(await colored({ isTerminal: false })).toBe(false);
  expect(await colored({ isTerminal: true, env: { NO_COLOR: '1' } })).toBe(false);
  expect(await colored({ isTerminal: true, env: { TERM: 'dumb' } })).toBe(false);
  expect(await colored({ isTerminal: false, env: { FORCE_COLOR: '1' } })).toBe(true);
  expect(await colored({ env: { NO_COLOR: '1' } }, '--color', 'always')).toBe(true);
  expect(await colored({ isTerminal: true }, '--color', 'never')).toBe(false);
});

test('a table of very many rollouts is complete and aligned', async () => {
  const folder = temporaryFolder();
  for (let i = 0; i < 450; i++)
    copyFileSync(sample, join(folder, `${String(i).padStart(3, '0')}${i % 50 === 0 ? '日本' : ''}.jsonl`));
  const { stdout } = await runCli(['usage', folder]);
  const rows = stdout.split('\n').filter((row) => row.includes('.jsonl'));
  expect(rows).toHaveLength(450);
  expect(new Set(rows.filter((row) => !row.includes('日')).map((row) => row.indexOf('12,299'))).size).toBe(1);
  expect(stdout).toContain('plain sum of 450 totals: 5,534,550 tokens');
});

test('a table has no limit to its rows', () => {
  expect(widestOf(Array.from({ length: 300_000 }, (_, i) => `${i}`))).toBe(6);
});

test('a file that is no rollout is told in a few lines', async () => {
  const { code, stdout, stderr } = await runCli(['usage', 'LICENSE']);
  expect(code).toBe(1);
  expect(stdout).toContain('none: it is text without JSON');
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(6);
});

test('on a narrow terminal a long path loses its beginning, never a number', async () => {
  const { stdout } = await runCli(['usage', 'samples/0.144.6'], {
    isTerminal: true,
    columns: 70,
    env: { NO_COLOR: '1' },
  });
  for (const row of stdout.split('\n').filter((line) => line.includes('.jsonl')))
    expect(row.length).toBeLessThanOrEqual(70);
  expect(stdout).toContain('89,356');
});

test.each([40, 60, 80])(
  'on a terminal of %i columns a table has fewer and shorter columns, not broken lines',
  async (columns) => {
    const { stdout } = await runCli(['usage', 'samples/0.144.6'], {
      isTerminal: true,
      columns,
      env: { NO_COLOR: '1' },
    });
    const [table = ''] = stdout.split('\n\n');
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(table).toContain('89,356');
  },
);
