import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeMarkedFolder, removeAbandonedHomes, removeFolder } from '../../src/replay/sandbox/marked-folder.ts';
import { bundledModule } from '../support/bundled-module.ts';
import { temporaryFolder } from '../support/rollout.ts';

const MODULE = bundledModule('src/replay/sandbox/marked-folder.ts');
const DAYS_AGO = new Date(Date.now() - 3 * 24 * 60 * 60 * 1_000);

/** A process that has made a home in `temporary` and lives on; `kill` ends it so that it can do nothing about it. */
async function owner(temporary: string, command: readonly string[] = []) {
  const script = `
    import { makeMarkedFolder } from ${JSON.stringify(MODULE)};
    console.log(makeMarkedFolder(${JSON.stringify(temporary)}));
    setInterval(() => {}, 1000);`;
  const [file = '', ...args] = [...command, process.execPath, '--input-type=module', '-e', script];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const kill = () => process.kill(-(child.pid as number), 'SIGKILL');
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) kill();
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('no home was made');
  });
  ended.catch(() => {});
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
  return {
    home: String(line).trim(),
    kill: async () => {
      kill();
      if (child.signalCode === null) await once(child, 'exit');
    },
  };
}

test('a home stays while its owner lives, and is removed when it was killed', async () => {
  const temporary = temporaryFolder();
  const { home, kill } = await owner(temporary);
  writeFileSync(join(home, 'file'), '');
  await removeAbandonedHomes(temporary);
  expect(readdirSync(home)).toContain('file');
  await kill();
  await removeAbandonedHomes(temporary);
  expect(readdirSync(temporary)).toEqual([]);
});

const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const canUnshare = process.platform === 'linux' && process.getuid?.() === 0;

test.skipIf(!canUnshare)('also where its owner sees other process ids than we do', async () => {
  const temporary = temporaryFolder();
  const { home, kill } = await owner(temporary, unshare);
  await removeAbandonedHomes(temporary);
  expect(existsSync(home)).toBe(true);
  await kill();
  // The kernel ends those in the namespace when its first process is gone, which nobody can wait for here.
  const deadline = performance.now() + 10_000;
  while (existsSync(home) && performance.now() < deadline) await removeAbandonedHomes(temporary);
  expect(existsSync(home)).toBe(false);
});

describe('a folder that was begun, and whose maker was killed before it was a home', () => {
  function begun(holds: readonly string[], since: Date) {
    const temporary = temporaryFolder();
    const path = join(temporary, 'rollout-inspect-begun-AbC123');
    mkdirSync(path);
    for (const name of holds) writeFileSync(join(path, name), '');
    utimesSync(path, since, since);
    return { temporary, path };
  }
  const MINUTES_AGO = new Date(Date.now() - 2 * 60 * 1_000);

  test.each([[[]], [['.rollout-inspect']], [['.rollout-inspect', '.lock']]])(
    'goes after a minute: %j',
    async (holds) => {
      const { temporary, path } = begun(holds, MINUTES_AGO);
      await removeAbandonedHomes(temporary);
      expect(existsSync(path)).toBe(false);
    },
  );

  test.each([
    ['it was begun just now', [], new Date()],
    ['something else stands in it', ['notes.txt'], MINUTES_AGO],
  ])('stays when %s', async (_, holds, since) => {
    const { temporary, path } = begun(holds, since);
    await removeAbandonedHomes(temporary);
    expect(existsSync(path)).toBe(true);
  });
});

test('a home of our own stays, however old it looks', async () => {
  const temporary = temporaryFolder();
  const home = makeMarkedFolder(temporary);
  for (const name of readdirSync(home)) utimesSync(join(home, name), DAYS_AGO, DAYS_AGO);
  await removeAbandonedHomes(temporary);
  expect(existsSync(home)).toBe(true);
  await removeFolder(home);
  expect(readdirSync(temporary)).toEqual([]);
});

describe('where the lock cannot be asked, a home goes when nobody has touched its mark for a day', () => {
  /** A home without a lock. */
  async function withoutLock(machine: (mark: string) => string) {
    const temporary = temporaryFolder();
    const made = makeMarkedFolder(temporary);
    const [mark, text] = [join(made, '.rollout-inspect'), readFileSync(join(made, '.rollout-inspect'), 'utf8')];
    await removeFolder(made);
    mkdirSync(made);
    writeFileSync(mark, machine(text));
    return { temporary, made, mark };
  }

  test.each<[string, (mark: string) => string]>([
    ['no lock is there', (mark) => mark],
    ['it is another machine', () => 'a throw-away Codex home of rollout-inspect on another\n'],
  ])('%s', async (_, machine) => {
    const { temporary, made, mark } = await withoutLock(machine);
    await removeAbandonedHomes(temporary);
    expect(existsSync(made)).toBe(true);
    utimesSync(mark, DAYS_AGO, DAYS_AGO);
    await removeAbandonedHomes(temporary);
    expect(existsSync(made)).toBe(false);
  });

  test('the path is too long for a socket', async () => {
    const temporary = join(temporaryFolder(), 'x'.repeat(100));
    mkdirSync(temporary);
    const { home, kill } = await owner(temporary);
    await kill();
    await removeAbandonedHomes(temporary);
    expect(existsSync(home)).toBe(true);
    utimesSync(join(home, '.rollout-inspect'), DAYS_AGO, DAYS_AGO);
    await removeAbandonedHomes(temporary);
    expect(existsSync(home)).toBe(false);
  });
});

test('nothing else is removed', async () => {
  const temporary = temporaryFolder();
  const victim = join(temporaryFolder(), 'victim');
  mkdirSync(victim);
  writeFileSync(join(victim, '.rollout-inspect'), 'a throw-away Codex home of rollout-inspect on here\n');
  const strangers = ['rollout-inspect-home-abcdef', 'rollout-inspect-begun-abcdef', 'rollout-inspect-2026', 'other'];
  for (const name of strangers) {
    mkdirSync(join(temporary, name));
    writeFileSync(join(temporary, name, '.rollout-inspect'), 'somebody else wrote this');
    utimesSync(join(temporary, name, '.rollout-inspect'), DAYS_AGO, DAYS_AGO);
  }
  symlinkSync(victim, join(temporary, 'rollout-inspect-home-link00'));
  await removeAbandonedHomes(temporary);
  expect(readdirSync(temporary).sort()).toEqual([...strangers, 'rollout-inspect-home-link00'].sort());
  expect(existsSync(victim)).toBe(true);
});

test('what a server made hard to remove is removed, and what links lead to stays', async () => {
  const home = makeMarkedFolder(temporaryFolder());
  const outside = join(temporaryFolder(), 'outside');
  writeFileSync(outside, '');
  symlinkSync(outside, join(home, 'link'));
  const dig = spawn('bash', ['-c', 'for i in {1..60}; do mkdir $0 && cd $0; done; : > file', 'x'.repeat(200)], {
    cwd: home,
  });
  await once(dig, 'exit');
  await removeFolder(home);
  expect([existsSync(home), existsSync(outside)]).toEqual([false, true]);
  expect(basename(home)).toMatch(/^rollout-inspect-home-/);
});
