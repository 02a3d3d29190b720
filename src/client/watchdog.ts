import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Told a process group by its first line, it ends with the end of its input, which comes when we die, of SIGKILL too: a
 * second later that group is killed. Another line means that nobody needs to be.
 */
const SCRIPT = `trap '' INT TERM HUP; read -r group && [ -n "$group" ] || exit; read -r line && exit; sleep 1; kill -s KILL -- "-$group"`;

/**
 * Watches over us for as long as a process group lives that must not outlive us. It is made before the group, so that only a
 * moment lies between the start of that and `watch`. Without a shell nobody watches.
 */
export class Watchdog {
  readonly #shell: ChildProcess;

  /** `path`: the PATH on which the shell finds `sleep` and `kill`. */
  constructor(path: string | undefined) {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT], {
      cwd: '/',
      env: path === undefined ? {} : { PATH: path },
      // Ctrl-C, or the end of a terminal, reaches whole groups.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell.on('error', () => {});
    this.#shell.stdin?.on('error', () => {});
    this.#shell.unref();
  }

  /** Names the process group, by its number, that must not outlive us. */
  watch(group: number): void {
    this.#shell.stdin?.write(`${group}\n`);
  }

  /** Ends the watch: the group is gone, or never was. */
  dismiss(): void {
    this.#shell.stdin?.end('\n');
  }
}
