import { WrittenNumber } from '../json/json-value.ts';
import { visibleJson } from './escape-controls.ts';

/**
 * Node 20 has no way to write a `bigint`, or a number as it stood somewhere, through JSON.stringify. Until the text is
 * made, such a number is a string that begins with NUL; a real string that begins with NUL gets one more.
 */
const MARKED_NUMBER = /(?<!\\)"\\u0000(-?\d[\d.eE+-]*)"/g;
const MARKED_STRING = /(?<!\\)"\\u0000\\u0000/g;

/** A copy of `value` that JSON.stringify, or a library on top of it, can write. `exactJson` undoes the marks. */
function markNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return `\0${value}`;
  if (value instanceof WrittenNumber) return `\0${value.text}`;
  if (typeof value === 'string') return value.startsWith('\0') ? `\0${value}` : value;
  if (Array.isArray(value)) return value.map(markNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, markNumbers(member)]));
}

/** The JSON text of a marked value: integers with all their digits, nothing in it that acts on a terminal. */
function exactJson(markedText: string): string {
  return visibleJson(markedText.replace(MARKED_NUMBER, '$1').replace(MARKED_STRING, '"\\u0000'));
}

/** `model` as one JSON object. */
export function jsonText(model: unknown): string {
  return `${exactJson(JSON.stringify(markNumbers(model), null, 2))}\n`;
}

/** So many elements of a list are written at once. */
const BATCH = 100;

/**
 * Writes `model` as one JSON object, as `jsonText` does, of which the list `key` holds `elements`. That is written piece by
 * piece, so that a long one takes no memory.
 */
export async function writeJsonWithList(
  model: object,
  key: string,
  elements: Iterable<unknown>,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const text = jsonText({ ...model, [key]: [] });
  const end = text.indexOf(`\n  "${key}": []`) + `\n  "${key}": [`.length;
  await write(text.slice(0, end));
  let pieces: string[] = [];
  let isEmpty = true;
  for (const element of elements) {
    const lines = exactJson(JSON.stringify(markNumbers(element), null, 2)).replaceAll('\n', '\n    ');
    pieces.push(`${isEmpty ? '' : ','}\n    ${lines}`);
    isEmpty = false;
    if (pieces.length < BATCH) continue;
    await write(pieces.join(''));
    pieces = [];
  }
  await write(`${pieces.join('')}${isEmpty ? '' : '\n  '}${text.slice(end)}`);
}

/** A function that makes a model a line of NDJSON. */
export async function ndjsonLines(): Promise<(model: unknown) => string> {
  const { default: ndjson } = await import('ndjson');
  const lines = ndjson.stringify();
  return (model) => {
    lines.write(markNumbers(model));
    return exactJson(String(lines.read()));
  };
}

/** `models` as JSON, one a line, each handed to `write` as it comes. */
export async function writeNdjson(
  models: AsyncIterable<unknown> | Iterable<unknown>,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const line = await ndjsonLines();
  for await (const model of models) await write(line(model));
}
