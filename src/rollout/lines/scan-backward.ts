import { isUtf8 } from 'node:buffer';
import { type Line, LineInBlock, PendingLine, type ScanOptions } from './line.ts';
import { keepBlock, type RandomAccess, takeBlock } from './random-access.ts';

const NEWLINE = 0x0a;
/** Small first, since the answer usually stands near the end; then doubled, so that a whole file takes few reads. */
const FIRST_BLOCK = 64 * 1024;
const LARGEST_BLOCK = 256 * 1024;

/**
 * The lines of `file` before byte `end`, last first, one batch for each block read. No byte is read twice.
 * Blank lines are handed out too; what follows the last `\n` is a line only if it holds a byte. Lines are valid until more is
 * asked for.
 */
export function* scanBackward(
  file: RandomAccess,
  end: number,
  options: ScanOptions & { readonly firstBlock?: number },
): Generator<Line[]> {
  let block = takeBlock(options.firstBlock ?? FIRST_BLOCK);
  try {
    let blockEnd = end;
    let pending = new PendingLine(options, 'backward');
    let terminated = false;
    while (blockEnd > 0) {
      const blockStart = Math.max(0, blockEnd - block.length);
      const bytes = block.subarray(0, blockEnd - blockStart);
      file.read(bytes, blockStart);

      const lines: Line[] = [];
      let lineEnd = bytes.length;
      const isText = isUtf8(bytes.subarray(bytes.indexOf(NEWLINE) + 1, bytes.lastIndexOf(NEWLINE) + 1));
      for (let at = lastNewline(bytes, lineEnd); at >= 0; at = lastNewline(bytes, lineEnd)) {
        const offset = blockStart + at + 1;
        if (pending.length > 0) {
          pending.add(bytes.subarray(at + 1, lineEnd));
          lines.push(pending.finish(offset, terminated));
          pending = new PendingLine(options, 'backward');
        } else if (terminated || lineEnd > at + 1) {
          const place = { block: bytes, start: at + 1, end: lineEnd };
          lines.push(new LineInBlock(place, offset, terminated, isText && lineEnd < bytes.length, options));
        }
        terminated = true;
        lineEnd = at;
      }
      const isFirst = blockStart === 0;
      if (isFirst && lineEnd > 0) pending.add(bytes.subarray(0, lineEnd));
      if (isFirst && (terminated || pending.length > 0)) lines.push(pending.finish(0, terminated));
      yield lines;
      if (!isFirst && lineEnd > 0) pending.add(bytes.subarray(0, lineEnd));

      blockEnd = blockStart;
      if (block.length < LARGEST_BLOCK) {
        keepBlock(block);
        block = takeBlock(block.length * 2);
      }
    }
  } finally {
    keepBlock(block);
  }
}

function lastNewline(bytes: Buffer, end: number): number {
  return end === 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
}
