import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expectation } from '../../files/kinds.ts';
import { writeOutput } from '../../files/output-file.ts';

/** Where the expectation of a rollout stands: `x.expected.json` beside `x.jsonl`. */
export function expectationPath(rollout: string): string {
  return `${rollout.replace(/\.jsonl(?:\.zst)?$/, '')}.expected.json`;
}

/** Its bytes; null when there is none. @throws the system's error */
export async function readExpectationFile(path: string): Promise<Buffer | null> {
  try {
    // Most rollouts have none: asking that at once costs a tenth of an attempt to read it in the thread pool.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENAMETOOLONG') return null;
    throw error;
  }
}

/** Whether what stands in the place of an expectation is one, be it damaged or empty, and not a file of somebody else. */
export function isOurExpectation(bytes: Buffer): boolean {
  return bytes.toString('utf8').trim() === '' || expectation.recognises({ start: bytes, end: Buffer.alloc(0) });
}

/** Writes it whole or not at all, and only in the place of an expectation. @throws {CannotWrite} */
export async function writeExpectationFile(path: string, text: string): Promise<void> {
  await writeOutput(path, expectation, { inputs: [], force: false }, text);
}
