import type { Channel } from './channel.ts';
import { ServerFailure } from './server-failure.ts';

/** The two byte streams of a line channel. */
export interface ByteStreams {
  readonly input: AsyncIterable<Buffer>;
  /** Fulfils when it can take more; what cannot be written is lost. */
  readonly write: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const NEWLINE = 0x0a;

/**
 * A channel over bytes, a JSON text a line, as an app-server speaks on standard input and output. Empty lines are passed
 * over; a last line without `\n` was cut off and is not handed out. `longest`: of a line, in bytes.
 */
export function lineChannel({ input, write, close }: ByteStreams, longest: number): Channel {
  return { incoming: linesOf(untilItBreaks(input), longest), send: (text) => write(`${text}\n`), close };
}

async function* linesOf(input: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    let start = 0;
    while (start < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline < 0 ? chunk.length : newline;
      length += end - start;
      if (length > longest) throw new ServerFailure(`a message is longer than ${longest} bytes`);
      parts.push(chunk.subarray(start, end));
      start = end + 1;
      if (newline < 0) break;
      if (length > 0) yield parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      parts = [];
      length = 0;
    }
  }
}

/** A stream that breaks off, because a process died or somebody closed it, is at its end. */
async function* untilItBreaks(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* input;
  } catch {
    return;
  }
}
