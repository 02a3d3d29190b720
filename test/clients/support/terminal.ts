import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../support/rollout.ts';

const run = promisify(execFile);
const SIZE = ['-x', '110', '-y', '50'];
/** How often the screen is looked at, in milliseconds. */
const LOOK_MS = 50;

/** A terminal of tmux in which one command runs, as a person would run it. */
export class Terminal {
  readonly #folder = temporaryFolder();
  readonly #socket = join(this.#folder, 'tmux');
  /** Where a shell writes how the command ended: tmux does not always come to know. */
  readonly #ending = join(this.#folder, 'ended');

  /** Starts `command` in `cwd` with nothing in its environment but `env`. */
  static async start(
    command: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>>,
  ): Promise<Terminal> {
    const terminal = new Terminal();
    const bare = ['env', '-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), 'TERM=tmux-256color'];
    await terminal.#tmux(
      'new-session',
      '-d',
      ...SIZE,
      '-c',
      cwd,
      ...bare,
      ...['/bin/sh', '-c', '"$@"; echo $? > "$0"', terminal.#ending],
      ...command,
      ';',
      'set',
      'remain-on-exit',
      'on',
    );
    return terminal;
  }

  /** What stands on the screen and what has scrolled out of it. */
  async text(): Promise<string> {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-');
  }

  /** Types `keys` as tmux names them, e.g. `Enter`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  /** Types this text. */
  async write(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text);
  }

  /** Waits until the text of the terminal matches. @throws with the text when it does not for `timeoutMs` */
  async see(expected: RegExp, timeoutMs = 20_000): Promise<RegExpExecArray> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const text = await this.text();
      const found = expected.exec(text);
      if (found) return found;
      if (performance.now() > deadline)
        throw new Error(`not seen within ${timeoutMs} ms: ${expected} in\n${text.trimEnd()}`);
      await sleep(LOOK_MS);
    }
  }

  /** Waits until the command has ended. @returns its exit code, or 128 and the number of the signal that ended it */
  async ended(timeoutMs = 40_000): Promise<string> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const how = existsSync(this.#ending) ? readFileSync(this.#ending, 'utf8').trim() : '';
      if (how !== '') return how;
      if (performance.now() > deadline) throw new Error(`it runs on after ${timeoutMs} ms:\n${await this.text()}`);
      await sleep(LOOK_MS);
    }
  }

  /** Ends what still runs in it. */
  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => {});
    await rm(this.#socket, { force: true });
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-S', this.#socket, '-f', '/dev/null', ...args], { timeout: 10_000 });
    return stdout;
  }
}
