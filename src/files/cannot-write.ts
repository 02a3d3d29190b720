import { Problem } from '../errors.ts';

/** A file that cannot be written, or that must not be replaced. */
export class CannotWrite extends Problem {
  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super('cannot-write', message, options);
  }
}

/** Does `work`, whose system errors are failures to write the file at `path`. @throws {CannotWrite} */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (cause instanceof Problem || code === undefined) throw cause;
    const hint = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file stands where a folder should be' : undefined;
    throw new CannotWrite(`cannot write ${path}: ${code}`, { cause, ...(hint !== undefined && { hint }) });
  }
}
