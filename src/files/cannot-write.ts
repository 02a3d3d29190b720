import { Problem } from '../errors.ts';

/** A file that cannot be written, or that must not be replaced. */
export class CannotWrite extends Problem {
  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super('cannot-write', message, options);
  }
}

const hints: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['EEXIST', 'a file stands where a folder should be'],
  ['ENOTDIR', 'a file stands where a folder should be'],
]);

/** Does `work`, whose system errors are failures to write the file at `path`. @throws {CannotWrite} */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (cause instanceof Problem || code === undefined) throw cause;
    const hint = hints.get(code);
    throw new CannotWrite(`cannot write ${path}: ${code}`, { cause, ...(hint !== undefined && { hint }) });
  }
}
