import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';

const { O_RDWR, O_NOFOLLOW = 0 } = constants;

/** How the name of a note goes on behind that of its rollout. */
const NAME = /\.[0-9a-f]{12}\.append$/;
const FIRST_LINE = /^(\d+) (\d+)\n/;

/** Whether a file is called like a note. */
export function isAppendNote(name: string): boolean {
  return NAME.test(name);
}

/**
 * Notes beside a rollout of `size` bytes what is about to be appended to it, so that it can be undone when this process is
 * killed meanwhile.
 * @returns the path of the note, which is to be removed afterwards
 * @throws the system's error; then nothing is left of it
 */
export async function noteAppend(rollout: string, size: number, bytes: Buffer): Promise<string> {
  const note = `${rollout}.${randomBytes(6).toString('hex')}.append`;
  try {
    const content = Buffer.concat([Buffer.from(`${size} ${bytes.length}\n`), bytes]);
    await writeFile(note, content, { flag: 'wx', mode: 0o600 });
    return note;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(note, { force: true });
    throw error;
  }
}

/**
 * Cuts a rollout back to what it was before the append of a note, if only a part of that got there; and removes the note.
 * What stands at the end must be that part and nothing else, so that nothing of somebody else is lost.
 * @returns the path of the rollout when it was cut back; else null
 * @throws the system's error
 */
export async function undoAppend(note: string): Promise<string | null> {
  const rollout = note.replace(NAME, '');
  const noted = await readFile(note);
  const [head = '', size = '', length = ''] = FIRST_LINE.exec(noted.toString('latin1', 0, 50)) ?? [];
  const bytes = noted.subarray(head.length);
  // A note that is not whole was never acted on.
  const isWhole = head !== '' && bytes.length === Number(length);
  const isUndone = isWhole && (await cutBack(rollout, Number(size), bytes));
  await rm(note);
  return isUndone ? rollout : null;
}

/** Cuts a rollout to `size` bytes when what follows is a part of `appended`. */
async function cutBack(rollout: string, size: number, appended: Buffer): Promise<boolean> {
  const file = await open(rollout, O_RDWR | O_NOFOLLOW);
  try {
    const length = (await file.stat()).size - size;
    if (length <= 0 || length >= appended.length) return false;
    const end = Buffer.alloc(length);
    const { bytesRead } = await file.read(end, 0, length, size);
    if (bytesRead !== length || !end.equals(appended.subarray(0, length))) return false;
    await file.truncate(size);
    return true;
  } finally {
    await file.close();
  }
}
