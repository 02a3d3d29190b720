import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../json/bytes.ts';
import { JsonError } from '../json/grammar.ts';
import { parseJson } from '../json/json-view.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { isKeptName, treatmentOf } from './table.ts';

const FILLING = 0x78;
const SLASH = 0x2f;
const NO_UTF8 = 0xff;

/** An object or array that is open. */
interface Open {
  readonly isObject: boolean;
  /** The member that it is; of an array in an array that of the outer one. */
  readonly name: string;
  key: string;
  expectsName: boolean;
}

/**
 * A line of JSON with every text in it treated as the table says, and as many bytes: places in the file stay true. What is
 * no JSON stays none, and what is no UTF-8 stays none.
 */
export function redactedLine(line: Buffer, names: Pseudonyms): Buffer {
  try {
    parseJson(line, 'any');
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return withoutJson(line);
  }
  const redacted = Buffer.from(line);
  const open: Open[] = [];
  for (let at = 0; at < line.length; at++) {
    const inner = open.at(-1);
    const byte = line[at];
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const isObject = byte === OPEN_BRACE;
      open.push({ isObject, name: inner ? keyIn(inner) : '', key: '', expectsName: isObject });
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      open.pop();
    } else if (byte === COMMA && inner) {
      inner.expectsName = inner.isObject;
    } else if (byte === QUOTE) {
      const end = endOfString(line, at);
      treat(redacted.subarray(at + 1, end), open, names);
      at = end;
    }
  }
  return redacted;
}

/** Changes what stands between the quotes of a string. */
function treat(raw: Buffer, open: readonly Open[], names: Pseudonyms): void {
  const text = JSON.parse(`"${raw.toString('utf8')}"`) as string;
  const inner = open.at(-1);
  const above = open.map(({ name }) => name);
  if (inner?.expectsName) {
    inner.key = text;
    inner.expectsName = false;
    if (!isKeptName(text, above)) raw.write(names.word(text, raw.length), 'latin1');
    return;
  }
  const treatment = treatmentOf(text, inner ? keyIn(inner) : '', above);
  if (treatment === 'uuid') raw.write(names.uuid(text), 'latin1');
  if (treatment === 'id') raw.write(names.word(text, raw.length), 'latin1');
  if (treatment === 'user agent') keepVersion(raw, text);
  if (treatment === 'agent path') keepDepth(raw, text);
  // Codex takes only a path that is absolute for one.
  if (treatment === 'remove') raw.fill(FILLING, raw[0] === SLASH ? 1 : 0);
}

/** The member that a value in here is. */
function keyIn({ isObject, key, name }: Open): string {
  return isObject ? key : name;
}

/** The path of an agent without the names in it: Codex takes only `/root` and what is below it for one. */
function keepDepth(raw: Buffer, text: string): void {
  for (let at = /^\/root(?=\/|$)/.test(text) ? '/root'.length : 0; at < raw.length; at++) {
    if (raw[at] !== SLASH) raw[at] = FILLING;
  }
}

/** What a server says of itself, without everything but its version. */
function keepVersion(raw: Buffer, text: string): void {
  const version = /\/\d+\.\d+\.\d+[\w.-]*/.exec(text)?.[0] ?? '';
  const at = raw.indexOf(version, 0, 'latin1');
  raw.fill(FILLING);
  if (at >= 0) raw.write(version, at, 'latin1');
}

function endOfString(line: Buffer, start: number): number {
  let at = start + 1;
  while (line[at] !== QUOTE) at += line[at] === BACKSLASH ? 2 : 1;
  return at;
}

function withoutJson(line: Buffer): Buffer {
  const redacted = Buffer.alloc(line.length, FILLING);
  const isUtf8 = Buffer.from(line.toString('utf8')).equals(line);
  if (!isUtf8 && line.length > 0) redacted[0] = NO_UTF8;
  return redacted;
}
