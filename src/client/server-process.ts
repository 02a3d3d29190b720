import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { Channel } from '../wire/channel.ts';
import { lineChannel } from '../wire/line-channel.ts';
import { ServerFailure } from '../wire/server-failure.ts';
import { within } from '../wire/within.ts';
import { TextTail } from './text-tail.ts';
import { startWatched, type WatchedProgram } from './watchdog.ts';

const STDERR_KEPT = 64 * 1024;
const INPUT_MS = 1_000;
const TERM_MS = 2_000;
const KILL_MS = 5_000;
/** How long output may be held open, by a process that the server left behind, when the server itself is gone. */
const OUTPUT_MS = 2_000;

export interface ServerProcessOptions {
  /** Where it runs, and where a command with a `/` in it that is relative begins. */
  readonly cwd: string;
  /** All that it sees of an environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The longest message that it may write, in bytes. */
  readonly longest: number;
  readonly stop?: {
    /** How long it has, after the end of its input, before it is told to end: 1,000 ms, if not given. */
    readonly inputMs: number;
  };
}

type Child = WatchedProgram['child'];

const running = new Set<ServerProcess>();

/** A server as a process of its own, in a process group of its own. It ends when we do. */
export class ServerProcess {
  readonly pid: number;
  /** JSON texts a line on its standard input and output. Closing it ends its input. */
  readonly channel: Channel;
  /** Fulfils with how it ended, for example `exited with code 3`, when it is gone and its output is read. */
  readonly ended: Promise<string>;
  readonly #child: Child;
  readonly #stderr = new TextTail(STDERR_KEPT);
  readonly #inputMs: number;
  #gone = false;
  #stopped: Promise<void> | undefined;

  /**
   * Starts `command`, without a shell.
   * @throws {ServerFailure} when it cannot be started
   */
  static async start(command: readonly string[], options: ServerProcessOptions): Promise<ServerProcess> {
    const [file, ...args] = command;
    if (!file) throw new ServerFailure('no command to start a server with');
    try {
      const program = startWatched(file, args, options);
      const { pid } = program.child;
      if (pid !== undefined) return new ServerProcess(program, pid, options);
      const [error] = await once(program.child, 'error');
      throw error;
    } catch (error) {
      throw cannotStart(file, options.cwd, error as NodeJS.ErrnoException);
    }
  }

  private constructor({ child, dismiss }: WatchedProgram, pid: number, { longest, stop }: ServerProcessOptions) {
    this.#child = child;
    this.pid = pid;
    this.#inputMs = stop?.inputMs ?? INPUT_MS;
    killWithUs(this);
    child.on('error', () => {});
    child.stdin.on('error', () => {});
    child.stdout.on('error', () => {});
    child.stderr.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#stderr.add(text));
    const output = new PassThrough();
    child.stdout.pipe(output);
    // Output that nobody reads any more must not hold up the server.
    output.once('close', () => child.stdout.resume());
    child.stdout.once('close', () => output.end());
    this.channel = lineChannel(
      {
        input: output,
        write: (text) => new Promise((resolve) => child.stdin.write(text, () => resolve())),
        close: async () => {
          child.stdin.end();
          output.destroy();
        },
      },
      longest,
    );
    this.ended = howItEnds(child).then((how) => {
      // Whoever it left behind goes with it. So soon after, no other process can have got its number.
      this.kill();
      this.#gone = true;
      dismiss();
      forget(this);
      return how;
    });
  }

  /** The end of what it wrote to its standard error, at most 64 KiB, as it wrote it. */
  get stderrTail(): string {
    return this.#stderr.text;
  }

  /** Calls `listener` with each piece of text that it writes to its standard error. Returns how to stop that. */
  onStderr(listener: (text: string) => void): () => void {
    this.#child.stderr.on('data', listener);
    return () => this.#child.stderr.off('data', listener);
  }

  /** Ends it: its input, then SIGTERM to its group, then SIGKILL. Fulfils when it is gone, at most 8 s later. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Kills its group at once, without a word. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  async #stop(): Promise<void> {
    await this.channel.close();
    if (await within(this.ended, this.#inputMs)) return;
    this.#signal('SIGTERM');
    if (await within(this.ended, TERM_MS)) return;
    this.kill();
    await within(this.ended, KILL_MS);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#gone) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Nobody of the group is left.
    }
  }
}

function howItEnds(child: Child): Promise<string> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      timer = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, OUTPUT_MS);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve(signal === null ? `exited with code ${code}` : `was ended by ${signal}`);
    });
  });
}

function cannotStart(file: string, cwd: string, error: NodeJS.ErrnoException): ServerFailure {
  const isMissing = error.code === 'ENOENT' && existsSync(cwd);
  const reasons = new Map([
    ['ENOENT', isMissing ? 'there is no such command' : `there is no directory ${cwd}`],
    ['EACCES', 'it may not be run'],
  ]);
  return new ServerFailure(`cannot start ${file}: ${reasons.get(error.code ?? '') ?? error.code ?? error.message}`, {
    cause: error,
    ...(isMissing && { hint: 'name it by its path, or by its name on the PATH' }),
  });
}

/** `main.ts` lets servers end in good order. This is for a death that leaves no time for it, such as a crash. */
function killWithUs(server: ServerProcess): void {
  if (running.size === 0) process.on('exit', killRunning);
  running.add(server);
}

function forget(server: ServerProcess): void {
  running.delete(server);
  if (running.size === 0) process.off('exit', killRunning);
}

function killRunning(): void {
  for (const server of running) server.kill();
}
