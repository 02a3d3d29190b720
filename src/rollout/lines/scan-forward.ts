import { isUtf8 } from 'node:buffer';
import { type Line, LineInBlock, PendingLine, type ScanOptions } from './line.ts';

const NEWLINE = 0x0a;

/**
 * The lines of a byte stream, first first, one batch for each chunk. Cutting the stream elsewhere does not change
 * the lines. What follows the last `\n` is a line only if it holds a byte.
 */
export async function* scanForward(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  options: ScanOptions,
): AsyncGenerator<Line[]> {
  let pending = new PendingLine(options, 'forward');
  let offset = 0;
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    const first = chunk.indexOf(NEWLINE);
    if (first >= 0 && pending.length > 0) {
      pending.add(chunk.subarray(0, first));
      offset += pending.length + 1;
      lines.push(pending.finish(offset - pending.length - 1, true));
      pending = new PendingLine(options, 'forward');
      start = first + 1;
    }
    const isText = first >= 0 && isUtf8(chunk.subarray(start, chunk.lastIndexOf(NEWLINE) + 1));
    for (let at = chunk.indexOf(NEWLINE, start); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      lines.push(new LineInBlock({ block: chunk, start, end: at }, offset, true, isText, options));
      offset += at - start + 1;
      start = at + 1;
    }
    yield lines;
    if (start < chunk.length) pending.add(chunk.subarray(start));
  }
  if (pending.length > 0) yield [pending.finish(offset, false)];
}
