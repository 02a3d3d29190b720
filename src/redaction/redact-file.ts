import type { Pseudonyms } from './pseudonyms.ts';
import { redactedLine } from './redact-line.ts';

const NEWLINE = 0x0a;
const BLANK = /^[ \t\r]*$/;
/** The header of a transcript, up to where it says whether it is redacted. */
const HEADER = /^(\{"transcript":1,.*"redacted":)false/;

/**
 * The bytes of a rollout or a transcript, redacted: as many bytes in as many lines.
 * @param onLine is told after each line how many bytes are done
 */
export function redactedFile(bytes: Buffer, names: Pseudonyms, onLine?: (done: number) => void): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    const isBlank = line.length < 1_000 && BLANK.test(line.toString('latin1'));
    parts.push(isBlank ? line : flagged(redactedLine(line, names)));
    if (newline >= 0) parts.push(bytes.subarray(newline, newline + 1));
    start = end + 1;
    onLine?.(start);
  }
  return Buffer.concat(parts);
}

function flagged(line: Buffer): Buffer {
  const text = line.subarray(0, 200).toString('latin1');
  const marked = text.replace(HEADER, '$1true ');
  return marked === text ? line : Buffer.concat([Buffer.from(marked, 'latin1'), line.subarray(200)]);
}
