import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Problem } from '../../errors.ts';

/** An expectation that cannot be written down. */
export class CannotWrite extends Problem {
  constructor(message: string, cause: unknown) {
    super('cannot-write', message, { cause });
  }
}

/** Where the expectation of a rollout stands: `x.expected.json` beside `x.jsonl`. */
export function expectationPath(rollout: string): string {
  return `${rollout.replace(/\.jsonl(?:\.zst)?$/, '')}.expected.json`;
}

/** Its bytes; null when there is none. @throws the system's error */
export async function readExpectationFile(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes it whole or not at all. @throws {CannotWrite} */
export async function writeExpectationFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new CannotWrite(`cannot write ${path}: ${(cause as NodeJS.ErrnoException).code}`, cause);
  }
}
