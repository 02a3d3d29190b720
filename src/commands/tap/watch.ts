import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { JsonError } from '../../json/grammar.ts';
import { jsonText } from '../../report/json.ts';
import { LogText } from '../../report/tap/log-text.ts';
import { LineCutter } from '../../tap/observe/line-cutter.ts';
import type { TappedMessage } from '../../tap/observe/tapped-message.ts';
import { filterNames, parseFilters } from '../../tap/watch/filter.ts';
import { beginningIn, recordedMessage } from '../../tap/watch/recorded-message.ts';
import { Statuses } from '../../tap/watch/statuses.ts';
import { WRITTEN_BY } from '../shared/transcript-file.ts';
import { type WatchedTranscript, watchedTranscripts } from './watched-transcripts.ts';

export interface WatchOptions {
  readonly follow?: true;
  readonly full?: true;
}

const LONGEST = 256 * 1024 * 1024;

/** `tap watch`: shows the messages of a transcript, also of one that is being written, or that a tap offers at its socket. */
export async function watch(
  place: string,
  filters: readonly string[],
  options: WatchOptions,
  io: Io,
): Promise<ExitCode> {
  const accepts = acceptedBy(filters);
  for await (const transcript of watchedTranscripts(place, options.follow === true)) {
    await showTranscript(transcript, place, accepts, options.full === true, io);
  }
  return exitCode.ok;
}

async function showTranscript(
  { bytes, isLive }: WatchedTranscript,
  place: string,
  accepts: ReturnType<typeof parseFilters>,
  full: boolean,
  io: Io,
): Promise<void> {
  const statuses = new Statuses();
  const cutter = new LineCutter(LONGEST);
  let text = new LogText(0);
  const show = async (message: TappedMessage) => {
    const shown = text.message(message);
    if (!accepts(statuses.watched(message))) return;
    await io.out(full && message.message !== undefined ? `${shown}${jsonText(message.message)}` : shown);
  };
  const waiting: TappedMessage[] = [];
  let [messages, others] = [0, 0];
  for await (const piece of bytes) {
    for (const line of cutter.add(piece)) {
      const message = messageIn(line, place);
      if (!message) {
        const began = beginningIn(line);
        if (began !== null) text = new LogText(began);
        else others++;
        continue;
      }
      messages++;
      // What becomes of a request is known when all is read; while a transcript grows, when it is answered.
      statuses.add(message);
      if (isLive) await show(message);
      else waiting.push(message);
    }
  }
  if (messages === 0 && others > 0) {
    throw new UserError(`${place} is no transcript: none of its lines is a message`, { hint: WRITTEN_BY });
  }
  for (const message of waiting) await show(message);
}

function acceptedBy(filters: readonly string[]): ReturnType<typeof parseFilters> {
  try {
    return parseFilters(filters);
  } catch (cause) {
    throw new UserError((cause as RangeError).message, { cause, hint: `there are ${filterNames.join(':, ')}:` });
  }
}

function messageIn(line: Buffer, file: string): TappedMessage | null {
  try {
    return recordedMessage(line);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new UserError(`${file} is no transcript: ${error.message}`, { cause: error, hint: WRITTEN_BY });
  }
}
