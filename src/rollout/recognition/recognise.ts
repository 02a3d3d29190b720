import { isUtf8 } from 'node:buffer';
import { type ForeignFile, type ForeignKind, foreignFile } from './foreign-file.ts';
import { kindOfDocument, kindOfLine } from './json-kinds.ts';

/** How much of the beginning of a file is looked at, in bytes. A session_meta holds the instructions, so it can be long. */
export const RECOGNISED_BYTES: number = 256 * 1024;

/** How many lines of it are looked at. */
const LINES = 200;

/** Words that stand in a line which is, or was, a record of a rollout: its beginning may be all that is known of it. */
const RECORD_WORDS =
  /"type"\s*:\s*"(?:session_meta|event_msg|response_item|turn_context|compacted|world_state|inter_agent_\w+|token_usage_record)"|"(?:token_count|total_token_usage)"/;

/**
 * Names what a file is, if it is no rollout at all. Null for a rollout, however damaged: one that holds a line with a
 * type and a payload, or what is left of such a line.
 * @param start the first `RECOGNISED_BYTES` of it, or all of it when it is shorter
 */
export function recogniseForeign(start: Buffer): ForeignFile | null {
  const kind = kindOf(start);
  return kind && foreignFile(kind);
}

function kindOf(start: Buffer): ForeignKind | null {
  if (isUtf16(start)) return null;
  if (isCompressed(start)) return 'compressed';
  const text = start.toString('utf8').replace(/^\ufeff/, '');
  if (text.trim() === '') return 'empty';
  const lines = text.split(/[\r\n]+/, LINES).filter((line) => line.trim() !== '');
  const objects = lines.map(objectIn).filter((each) => each !== null);
  const records = objects.filter(isRecord).length;
  const [first = ''] = lines;
  // In an array with a record a line only the last one has no comma behind it.
  if (/^\s*\[/.test(first) && records <= 1) return kindOfDocument(text);
  if (records > 0) return null;
  if (/^\s*\{\s*$/.test(first)) return kindOfDocument(text);
  // What is left of a record that was cut, or was glued to another one.
  if (lines.some((line) => RECORD_WORDS.test(line) && objectIn(line) === null)) return null;
  for (const object of objects) {
    const kind = kindOfLine(object);
    if (kind) return kind;
  }
  if (objects.length > 0) return 'other-json';
  if (isBinary(start)) return 'binary';
  // One long line may be a JSON document of which only the beginning is known, or a torn record.
  return /^\s*\{/.test(text) ? null : 'text';
}

function isRecord(object: object): boolean {
  return Object.hasOwn(object, 'type') && Object.hasOwn(object, 'payload');
}

function objectIn(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** A byte order mark of UTF-16, or an ASCII character beside a zero. */
function isUtf16([first = 0x20, second = 0x20]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || (first === 0) !== (second === 0);
}

const ESCAPE = 0x1b;
const MAGIC = ['1f8b', '28b52ffd', '504b0304', 'fd377a585a00', '425a68'].map((hex) => Buffer.from(hex, 'hex'));

/** Whether it begins as gzip, Zstandard, ZIP, xz or bzip2 does. */
function isCompressed(start: Buffer): boolean {
  return MAGIC.some((magic) => start.subarray(0, magic.length).equals(magic));
}

/** Whether it is no text: control characters other than tabs and line ends, or bytes that are no UTF-8. */
function isBinary(start: Buffer): boolean {
  const controls = start.filter((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== ESCAPE).length;
  // A character that the end of what was read cuts apart is no sign.
  return controls > start.length / 50 || !isUtf8(start.subarray(0, Math.max(0, start.lastIndexOf(0x0a))));
}
