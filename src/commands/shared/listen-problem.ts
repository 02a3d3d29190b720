import { Problem, UserError } from '../../errors.ts';

/** What `--listen` is told that names no place to listen at; `hint` unless the error has its own. Other errors are handed back. */
export function listenProblem(error: unknown, hint: string): unknown {
  if (!(error instanceof RangeError)) return error;
  const { cause } = error;
  const own = cause instanceof Problem ? cause.hint : undefined;
  return new UserError(`--listen: ${error.message}`, { cause: error, hint: own ?? hint });
}
