import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { JsonError } from '../../json/grammar.ts';
import { jsonText } from '../../report/json.ts';
import { LogText } from '../../report/tap/log-text.ts';
import { LineCutter } from '../../tap/observe/line-cutter.ts';
import type { TappedMessage } from '../../tap/observe/tapped-message.ts';
import { parseFilters } from '../../tap/watch/filter.ts';
import { beginningIn, recordedMessage } from '../../tap/watch/recorded-message.ts';
import { Statuses } from '../../tap/watch/statuses.ts';
import { cannotRead } from '../shared/targets.ts';

export interface WatchOptions {
  readonly follow?: true;
  readonly full?: true;
}

const BLOCK = 256 * 1024;
const LONGEST = 256 * 1024 * 1024;
/** How long a file that has not grown is left alone, in milliseconds. */
const PAUSE_MS = 200;

/** `tap watch`: shows the messages of a transcript, of one that is being written too. */
export async function watch(
  file: string,
  filters: readonly string[],
  options: WatchOptions,
  io: Io,
): Promise<ExitCode> {
  const accepts = acceptedBy(filters);
  const statuses = new Statuses();
  let text: LogText | undefined;
  const show = async (message: TappedMessage) => {
    text ??= new LogText(0);
    const shown = text.message(message);
    if (!accepts(statuses.watched(message))) return;
    const body = options.full && message.message !== undefined ? jsonText(message.message) : '';
    await io.out(`${shown}${body}`);
  };
  const waiting: TappedMessage[] = [];
  for await (const line of linesOf(file, options.follow === true)) {
    const message = messageIn(line, file);
    if (!message) {
      text ??= new LogText(beginningIn(line) ?? 0);
      continue;
    }
    // What becomes of a request is known when all is read; while a transcript is followed, when it is answered.
    statuses.add(message);
    if (options.follow) await show(message);
    else waiting.push(message);
  }
  for (const message of waiting) await show(message);
  return exitCode.ok;
}

function acceptedBy(filters: readonly string[]): ReturnType<typeof parseFilters> {
  try {
    return parseFilters(filters);
  } catch (cause) {
    throw new UserError((cause as RangeError).message, { cause });
  }
}

function messageIn(line: Buffer, file: string): TappedMessage | null {
  try {
    return recordedMessage(line);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new UserError(`${file} is no transcript: ${error.message}`, { cause: error });
  }
}

/** The lines of a file and, where it is followed, those that are still to come; it need not be there yet. */
async function* linesOf(file: string, follow: boolean): AsyncGenerator<Buffer> {
  const cutter = new LineCutter(LONGEST);
  const handle = await opened(file, follow);
  const block = Buffer.alloc(BLOCK);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(block, 0, block.length, null);
      yield* cutter.add(block.subarray(0, bytesRead));
      if (bytesRead > 0) continue;
      if (!follow) return;
      await wait(PAUSE_MS);
    }
  } finally {
    await handle.close();
  }
}

async function opened(file: string, follow: boolean): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(file);
    } catch (error) {
      if (!follow || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw cannotRead(file, error);
      await wait(PAUSE_MS);
    }
  }
}
