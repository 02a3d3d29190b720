/**
 * The server, or the way to it, failed: it could not be started or reached, was silent for too long, died, or sent what
 * nobody can read. The message is one line for the user, who can do something about it: `hint` says what.
 */
export class ServerFailure extends Error {
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
  }
}
