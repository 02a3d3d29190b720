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

/** Something the user can mend: shown as one line, with what to try next, and exit code 2. */
export class UserError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
  }

  get oneLine(): string {
    return this.hint ? `${this.message} (${this.hint})` : this.message;
  }
}
