import { fstatSync } from 'node:fs';
import { run } from './cli.ts';
import { UserError } from './errors.ts';
import { type Io, OutputFailed } from './io.ts';

/** The one file that touches `process`. The exit code is set, never taken by `process.exit`, which would cut off output. */
const io: Io = {
  get stdin() {
    if (fstatSync(0).isDirectory()) throw new UserError('standard input is a directory');
    return process.stdin;
  },
  out: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(new OutputFailed(codeOf(error))) : resolve()));
    }),
  err: (text) => new Promise((resolve) => process.stderr.write(text, () => resolve())),
  isTerminal: process.stdout.isTTY === true,
  columns: process.stdout.columns ?? Number.POSITIVE_INFINITY,
  env: process.env,
};

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}

// Failed writes are told to those who wait for them; without a listener Node would throw them as well.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

void run(process.argv.slice(2), io).then((code) => {
  process.exitCode = code;
});
