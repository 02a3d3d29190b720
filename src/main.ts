import { fstatSync } from 'node:fs';
import { run } from './cli.ts';
import { wasOutputClosed } from './closed-output.ts';
import { UserError } from './errors.ts';
import { type Io, OutputFailed } from './io.ts';

const deadlySignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What programs send one another. SIGUSR1 starts the debugger of Node.js unless somebody listens. */
const relayedSignals = [...deadlySignals, 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
const cleanUps = new Set<() => Promise<void>>();
/** Set by a signal: from then on nothing more is said. */
let isDying = false;

/** The one file that touches `process`. The exit code is set, never taken by `process.exit`, which would cut off output. */
const io: Io = {
  get stdin() {
    if (fstatSync(0).isDirectory()) throw new UserError('standard input is a directory');
    return process.stdin;
  },
  out: (text) =>
    new Promise((resolve, reject) => {
      if (isDying) return;
      if (outputIsClosed()) return reject(new OutputFailed('EBADF'));
      process.stdout.write(text, (error) => (error ? reject(new OutputFailed(systemCode(error))) : resolve()));
    }),
  err: (text) =>
    new Promise((resolve) => {
      if (!isDying) process.stderr.write(text, () => resolve());
    }),
  isTerminal: process.stdout.isTTY === true,
  errIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? Number.POSITIVE_INFINITY,
  errColumns: process.stderr.columns ?? Number.POSITIVE_INFINITY,
  cwd: process.cwd(),
  env: process.env,
  onDeadlySignal: (cleanUp) => {
    if (cleanUps.size === 0) for (const signal of deadlySignals) process.on(signal, die);
    cleanUps.add(cleanUp);
    return () => {
      cleanUps.delete(cleanUp);
      if (cleanUps.size === 0) for (const signal of deadlySignals) process.off(signal, die);
    };
  },
  raw: {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    onSignal: (handle) => {
      for (const signal of relayedSignals) process.on(signal, handle);
      return () => {
        for (const signal of relayedSignals) process.off(signal, handle);
      };
    },
    dieOf: (signal) => process.kill(process.pid, signal),
  },
};

let isClosed: boolean | undefined;

function outputIsClosed(): boolean {
  isClosed ??= wasOutputClosed();
  return isClosed;
}

/** Cleans up and then dies of the signal as if it had not been caught. A second signal does not wait. */
function die(signal: NodeJS.Signals): void {
  isDying = true;
  for (const each of deadlySignals) process.off(each, die);
  const ends = [...cleanUps].map((cleanUp) => cleanUp());
  void Promise.allSettled(ends).then(() => process.kill(process.pid, signal));
}

function systemCode(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}

// Failed writes are told to those who wait for them; without a listener Node would throw them as well.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

void run(process.argv.slice(2), io).then((code) => {
  process.exitCode = code;
});
