/** Runs commands as whole processes and measures them. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';

/** What a process took. Null: cannot be told here. */
export interface Measurement {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly wallMs: number;
  /** User and system time. */
  readonly cpuMs: number | null;
  readonly peakBytes: number | null;
  /** All that it read, its own program included. Compare with a run that does nothing. Linux only. */
  readonly readBytes: number | null;
}

/** A process that has ended, and what it wrote. */
type Ended = Pick<Measurement, 'stdout' | 'stderr' | 'code' | 'wallMs'> & { readonly report: string };

/**
 * Preloaded into every Node process that is measured: tells on descriptor 3, as the process exits, what it took. The
 * few milliseconds of the exit itself are not in it. On Linux the peak is `VmHWM`, since `maxRSS` begins with the
 * size of the process that started this one; and `rchar` counts the bytes of all reads, from the page cache too.
 */
const HOOK = `'use strict';
const fs = require('node:fs');
function numberIn(file, name) {
  try {
    return Number(new RegExp('^' + name + ':\\\\s*(\\\\d+)', 'm').exec(fs.readFileSync(file, 'latin1'))[1]);
  } catch {
    return null;
  }
}
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const readBytes = numberIn('/proc/self/io', 'rchar');
  const peakBytes = (numberIn('/proc/self/status', 'VmHWM') ?? maxRSS) * 1024;
  fs.writeSync(3, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakBytes, readBytes }));
});
`;

/** Runs commands one after the other in `folder`. When `signal` aborts, the one that runs is stopped. */
export class Meter {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #hook: string;

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
    this.#hook = join(folder, 'hook.cjs');
    writeFileSync(this.#hook, HOOK);
  }

  /** Runs Node. `input`: a file of the folder to be its standard input. */
  async node(args: readonly string[], input?: string): Promise<Measurement> {
    const { report, ...ended } = await this.#run(process.execPath, ['-r', this.#hook, ...args], input);
    if (report === '') throw new Error(`a run ended without its report: node ${args.join(' ')}\n${ended.stderr}`);
    const { cpuMs, peakBytes, readBytes } = JSON.parse(report) as Pick<
      Measurement,
      'cpuMs' | 'peakBytes' | 'readBytes'
    >;
    return { ...ended, cpuMs, peakBytes, readBytes };
  }

  /** Runs a pipeline in bash, whose `time` knows the CPU time of all of it. */
  async shell(pipeline: string): Promise<Measurement> {
    const script = `TIMEFORMAT='%3U %3S'; time { ${pipeline}; }`;
    const { report: _, ...ended } = await this.#run('bash', ['-c', script]);
    const [, user, system] = /([\d.,]+) ([\d.,]+)\s*$/.exec(ended.stderr) ?? [];
    return { ...ended, cpuMs: milliseconds(user) + milliseconds(system), peakBytes: null, readBytes: null };
  }

  async #run(command: string, args: readonly string[], input?: string): Promise<Ended> {
    this.#signal.throwIfAborted();
    const stdin = input === undefined ? 'ignore' : openSync(join(this.#folder, input), 'r');
    const env = { ...process.env, NODE_OPTIONS: undefined, FORCE_COLOR: undefined };
    const start = performance.now();
    const child = spawn(command, args, { cwd: this.#folder, env, stdio: [stdin, 'pipe', 'pipe', 'pipe'] });
    const stop = () => child.kill();
    this.#signal.addEventListener('abort', stop);
    try {
      const exit = new Promise<{ code: number | null; wallMs: number }>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code) => resolve({ code, wallMs: performance.now() - start }));
      });
      const texts = [child.stdout, child.stderr, child.stdio[3]].map((stream) => textOf(stream as Readable));
      const [stdout = '', stderr = '', report = ''] = await Promise.all(texts);
      const { code, wallMs } = await exit;
      this.#signal.throwIfAborted();
      return { stdout, stderr, report, code, wallMs };
    } finally {
      this.#signal.removeEventListener('abort', stop);
      if (typeof stdin === 'number') closeSync(stdin);
    }
  }
}

/** Whether all these programs are on this machine. */
export function areInstalled(tools: readonly string[]): boolean {
  return tools.every((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined);
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** `1.234`, or `1,234` as some languages write it, in seconds. */
function milliseconds(seconds = ''): number {
  return Number(seconds.replace(',', '.')) * 1000;
}
