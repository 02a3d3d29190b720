import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { processesWith } from './processes.ts';

const PROGRAM = 'bin/rollout-inspect.js';

/** How a process ended, and what it wrote. */
export interface CliEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliChild {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Fulfils when it is gone and its output is read. */
  readonly ended: Promise<CliEnd>;
}

/** A temporary folder of a run of the built program, by which its processes and what it leaves can be told. */
export class CliPlace {
  readonly temporary: string;

  /** Makes one for the time of `use`. */
  static async with<T>(use: (place: CliPlace) => Promise<T>): Promise<T> {
    const place = new CliPlace();
    try {
      return await use(place);
    } finally {
      place.#remove();
    }
  }

  private constructor() {
    if (!existsSync('dist/main.cjs')) throw new Error('these tests run what was built: npm run build');
    this.temporary = mkdtempSync(join(tmpdir(), 'cli-place-'));
  }

  /** Starts the built program in a process of its own, with nothing of our environment but `PATH`, and `env`. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): CliChild {
    // Who gets no TMPDIR, gets a PATH.
    const path = [process.env.PATH, join(this.temporary, 'no-such-folder')].join(delimiter);
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { HOME: this.temporary, PATH: path, TMPDIR: this.temporary, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, ended: endOf(child) };
  }

  /** The program, or what it started, as far as it runs. Linux. */
  processes(): number[] {
    return processesWith(this.temporary);
  }

  /** The throw-away homes that are there. */
  homes(): string[] {
    return readdirSync(this.temporary).filter((name) => name.startsWith('rollout-inspect-'));
  }

  /** Ends what still runs and removes the folder. */
  #remove(): void {
    for (const pid of this.processes()) killIfThere(pid);
    rmSync(this.temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function endOf(child: CliChild['child']): Promise<CliEnd> {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...written };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
