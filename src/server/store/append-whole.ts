import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { noteAppend } from './append-note.ts';

const { O_WRONLY, O_APPEND, O_NOFOLLOW = 0 } = constants;

/**
 * Writes a text at the end of the file at `path`, which is no link, all of it or nothing: when it cannot be written, for
 * example because the disk is full, what got there is cut off again; when this process is killed, `undoUnfinishedWrites`
 * does that. `textAfter` makes the text, and is told the size of the file before it.
 * @returns the size of the file in bytes
 * @throws the system's error, with the code ELOOP when it is a link, or what `textAfter` throws
 */
export async function appendWhole(path: string, textAfter: (sizeBefore: number) => Promise<string>): Promise<number> {
  const file = await open(path, O_WRONLY | O_APPEND | O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.from(await textAfter(size));
    const note = await noteAppend(path, size, bytes);
    try {
      await writeAll(file, bytes);
      await file.datasync();
    } catch (error) {
      await file.truncate(size);
      await rm(note);
      throw error;
    }
    await rm(note);
    return size + bytes.length;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, null);
    written += bytesWritten;
  }
}
