import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { BadRecording, type RecordedTranscript, readTranscript } from '../../replay/judge/recorded.ts';
import { cannotRead } from '../shared/targets.ts';

/** The bytes of a file. @throws {UserError} when it cannot be read */
export async function bytesOf(file: string): Promise<Buffer> {
  return readFile(file).catch((error) => {
    throw cannotRead(file, error);
  });
}

/** The transcript in a file. @throws {UserError} when there is none */
export async function readCapture(file: string): Promise<RecordedTranscript> {
  return captureIn(await bytesOf(file), file);
}

/** The transcript in these bytes, which are called `file`. @throws {UserError} when there is none */
export function captureIn(bytes: Buffer, file: string): RecordedTranscript {
  try {
    return readTranscript(bytes);
  } catch (error) {
    if (error instanceof BadRecording) throw new UserError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
