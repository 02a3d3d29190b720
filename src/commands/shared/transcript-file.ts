import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { BadRecording, type RecordedTranscript, readTranscript } from '../../replay/judge/recorded.ts';
import { cannotRead } from './targets.ts';

/** The hint for what is no transcript. */
export const WRITTEN_BY = 'a transcript is a file that replay --record or tap --record wrote';

/** The bytes of a file. @throws {UserError} when it cannot be read */
export async function transcriptBytes(file: string): Promise<Buffer> {
  return readFile(file).catch((error) => {
    throw cannotRead(file, error, WRITTEN_BY);
  });
}

/** The transcript in a file. @throws {UserError} when there is none */
export async function transcriptAt(file: string): Promise<RecordedTranscript> {
  return transcriptIn(await transcriptBytes(file), file);
}

/** The transcript in these bytes, which are called `file`. @throws {UserError} when there is none */
export function transcriptIn(bytes: Buffer, file: string): RecordedTranscript {
  try {
    return readTranscript(bytes);
  } catch (cause) {
    if (!(cause instanceof BadRecording)) throw cause;
    throw new UserError(`${file}: ${cause.message}`, { cause, hint: WRITTEN_BY });
  }
}
