import { Readable } from 'node:stream';
import { run } from '../../src/cli.ts';
import type { Io } from '../../src/io.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly screen: string;
}

export interface CliSetting {
  readonly stdin?: Buffer;
  readonly stdinIsTerminal?: boolean;
  readonly isTerminal?: boolean;
  readonly errIsTerminal?: boolean;
  readonly columns?: number;
  /** Of the terminal that standard error is; `columns` where it is missing. */
  readonly errColumns?: number;
  /** Of the repository when it is missing. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command line in this process, without a terminal and with an empty environment unless `setting` says more. */
export async function runCli(args: readonly string[], setting: CliSetting = {}): Promise<CliResult> {
  const written = { stdout: '', stderr: '', screen: '' };
  const stdin = Object.assign(Readable.from(setting.stdin ? [setting.stdin] : []), {
    isTTY: setting.stdinIsTerminal ?? false,
  });
  const io: Io = {
    stdin,
    out: async (text) => {
      written.stdout += text;
      written.screen += text;
    },
    err: async (text) => {
      written.stderr += text;
      written.screen += text;
    },
    isTerminal: setting.isTerminal ?? false,
    errIsTerminal: setting.errIsTerminal ?? false,
    columns: setting.columns ?? Number.POSITIVE_INFINITY,
    errColumns: setting.errColumns ?? setting.columns ?? Number.POSITIVE_INFINITY,
    env: setting.env ?? {},
    cwd: setting.cwd ?? process.cwd(),
    onDeadlySignal: () => () => {},
  };
  const code = await run(args, io);
  return { code, ...written };
}
