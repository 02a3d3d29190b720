import { type ChildProcess, type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/**
 * Told a process group by its first line, it ends with the end of its input, which comes when we die, of SIGKILL too: a
 * second later that group is killed. Another line means that nobody needs to be.
 */
const WATCH = `trap '' INT TERM HUP; read -r group && [ -n "$group" ] || exit; read -r line && exit; sleep 1; kill -s KILL -- "-$group"`;
/** Tells a watchdog its own number before it becomes the program in its arguments. */
const START = 'echo $$ >&3 && exec 3>&- && exec /usr/bin/env "$@"';
/** What shells put into the environment, or change there. */
const OF_SHELLS = ['PWD', 'OLDPWD', 'SHLVL', '_'] as const;

/** A program that runs, in a process group of its own that does not outlive us. */
export interface WatchedProgram {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Ends the watch: the group is gone. */
  readonly dismiss: () => void;
}

export interface ProgramPlace {
  /** Where it runs, and where a `file` with a `/` in it that is relative begins. */
  readonly cwd: string;
  /** All that it sees of an environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts a program, without a shell that reads its arguments; its streams are ours. Something watches over us that ends it when
 * we die, of SIGKILL too, and knows it before it runs: a shell tells it its number and becomes the program. Where there is
 * none, nobody watches. Fails by an `error` event of the child, or throws, as `spawn` does.
 */
export function startWatched(file: string, args: readonly string[], { cwd, env }: ProgramPlace): WatchedProgram {
  const options: SpawnOptions = { cwd, env, detached: true, shell: false };
  const watchdog = startWatchdog(env.PATH);
  const dismiss = () => watchdog.stdin?.end('\n');
  const start = (command: string, words: readonly string[], more: readonly Writable[] = []) =>
    spawn(command, words, { ...options, stdio: ['pipe', 'pipe', 'pipe', ...more] }) as WatchedProgram['child'];
  try {
    if (watchdog.pid !== undefined && watchdog.stdin && canBeNamed(file, env) && isProgram(file, cwd, env.PATH)) {
      return { child: start('/bin/sh', ['-c', START, 'sh', ...kept(env), file, ...args], [watchdog.stdin]), dismiss };
    }
    const child = start(file, args);
    if (child.pid === undefined) dismiss();
    else watchdog.stdin?.write(`${child.pid}\n`);
    return { child, dismiss };
  } catch (error) {
    dismiss();
    throw error;
  }
}

/** `path`: the PATH on which the shell finds `sleep` and `kill`. */
function startWatchdog(path: string | undefined): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', WATCH], {
    cwd: '/',
    env: path === undefined ? {} : { PATH: path },
    // Ctrl-C, or the end of a terminal, reaches whole groups.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  shell.unref();
  return shell;
}

/** Whether shell and `env` hand both on as they are: not a file with a `=`, and not variables that no shell can have. */
function canBeNamed(file: string, env: ProgramPlace['env']): boolean {
  return (
    !/=|^-/.test(file) && existsSync('/usr/bin/env') && Object.keys(env).every((name) => /^[A-Za-z_]\w*$/.test(name))
  );
}

/** Arguments of `env` that undo what a shell does to the environment. */
function kept(env: ProgramPlace['env']): string[] {
  const given = new Map(Object.entries(env).filter(([, value]) => value !== undefined));
  const absent = OF_SHELLS.filter((name) => !given.has(name)).flatMap((name) => ['-u', name]);
  return [...absent, ...OF_SHELLS.flatMap((name) => (given.has(name) ? [`${name}=${given.get(name)}`] : []))];
}

/** Whether there is such a program: where there is none, `spawn` says why. */
function isProgram(file: string, cwd: string, path = '/bin:/usr/bin'): boolean {
  const folders = file.includes('/') ? [cwd] : path.split(delimiter);
  return folders.some((folder) => {
    try {
      const candidate = resolve(cwd, folder, file);
      accessSync(candidate, constants.X_OK);
      return statSync(candidate).isFile();
    } catch {
      return false;
    }
  });
}
