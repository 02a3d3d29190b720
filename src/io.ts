import type { Readable, Writable } from 'node:stream';
import { Problem } from './errors.ts';

/** What a command may know of the outside: everything but `main.ts` goes through here. */
export interface Io {
  readonly stdin: AsyncIterable<Buffer> & { readonly isTTY?: boolean };
  /** Writes data and waits until it is taken. @throws {OutputFailed} */
  readonly out: (text: string) => Promise<void>;
  /** Writes messages for people. What cannot be written is lost: there is nowhere else to tell it. */
  readonly err: (text: string) => Promise<void>;
  readonly isTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Columns of the terminal; no end of them when standard output is none. */
  readonly columns: number;
  /** The same of standard error. */
  readonly errColumns: number;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Has `cleanUp` run before this process dies of SIGINT, SIGTERM or SIGHUP. Returns how to take that back.
   */
  readonly onDeadlySignal: (cleanUp: () => Promise<void>) => () => void;
  /** For a command that stands in for another program; missing where there is no process of its own. */
  readonly raw?: RawProcess;
}

/** The standard streams as bytes, and the signals. */
export interface RawProcess {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Has `handle` called with every signal that one program sends another. Returns how to stop that. */
  readonly onSignal: (handle: (signal: NodeJS.Signals) => void) => () => void;
  /** Ends this process by a signal that it no longer catches. Returns where the signal does not end a process. */
  readonly dieOf: (signal: NodeJS.Signals) => void;
}

/** Standard output takes no more: with EPIPE when its reader has left. */
export class OutputFailed extends Problem {
  /** The system's code. */
  readonly systemCode: string;

  constructor(systemCode: string) {
    super('output-failed', `cannot write to standard output: ${systemCode}`);
    this.systemCode = systemCode;
  }
}
