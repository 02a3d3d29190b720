import { type Line, lineInBlock, PendingLine, type ScanOptions } from './line.ts';

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
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      const part = chunk.subarray(start, at);
      if (pending.length > 0) {
        pending.add(part);
        lines.push(pending.finish(offset, true));
        pending = new PendingLine(options, 'forward');
      } else {
        lines.push(lineInBlock(part, offset, true, options));
      }
      offset += (lines.at(-1) as Line).length + 1;
      start = at + 1;
    }
    if (start < chunk.length) pending.add(chunk.subarray(start));
    yield lines;
  }
  if (pending.length > 0) yield [pending.finish(offset, false)];
}
