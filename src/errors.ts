/** What the exit codes mean. When several hold, the first of `crash, cannot, server, failed, partial, ok` wins. */
export const exitCode = {
  /** Done, the whole input was read, nothing is wrong. */
  ok: 0,
  /** A check failed, or there is no usage. */
  failed: 1,
  /** Could not do it: arguments, a missing or unreadable file, output that cannot be written. */
  cannot: 2,
  /** Partial: some input was damaged, the answer covers the rest. */
  partial: 3,
  /** The server failed: start, dial, timeout, protocol, death. */
  server: 4,
  /** A bug of rollout-inspect. */
  crash: 70,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

const order: readonly ExitCode[] = [70, 2, 4, 1, 3, 0];

/** The code to exit with when each of `codes` holds. */
export function worstExitCode(codes: Iterable<ExitCode>): ExitCode {
  const all = new Set(codes);
  return order.find((code) => all.has(code)) ?? exitCode.ok;
}

/** What kind of problem it is: the one thing about a problem that logic may look at besides its exit code. */
export type ProblemCode =
  /** Arguments that make no sense, or a file that cannot be read. */
  | 'user'
  /** A folder, a device and the like in the place of a rollout. */
  | 'not-a-rollout'
  /** A compressed rollout that is damaged or cut. */
  | 'compressed'
  /** A file became shorter while it was read. */
  | 'file-shrank'
  /** A rollout that can be read but not judged. */
  | 'cannot-judge'
  /** A file that cannot be written, or must not be. */
  | 'cannot-write'
  /** Standard output takes no more. */
  | 'output-failed'
  /** No throw-away Codex home could be made. */
  | 'no-sandbox'
  /** A recording of a replay that cannot be read. */
  | 'bad-recording'
  /** The server, or the way to it, failed. */
  | 'server';

export interface ProblemOptions {
  /** What the user can do about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** Something that goes wrong for a user: one line that says what, a hint, a code for logic, and the code to exit with. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly hint: string | undefined;

  constructor(code: ProblemCode, message: string, { hint, cause }: ProblemOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): ExitCode {
    return this.code === 'server' ? exitCode.server : exitCode.cannot;
  }

  /** The message and the hint. */
  get oneLine(): string {
    return this.hint === undefined ? this.message : `${this.message} (${this.hint})`;
  }
}

/** Arguments that make no sense, or a file that cannot be read. */
export class UserError extends Problem {
  constructor(message: string, options: ProblemOptions = {}) {
    super('user', message, options);
  }
}
