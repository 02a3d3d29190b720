import { visibleJson } from './visible.ts';

/**
 * Node 20 has no way to write a `bigint` through JSON.stringify. Until the text is made, an integer is a string that
 * begins with NUL; a real string that begins with NUL gets one more.
 */
const MARKED_INTEGER = /(?<!\\)"\\u0000(-?\d+)"/g;
const MARKED_STRING = /(?<!\\)"\\u0000\\u0000/g;

/** A copy of `value` that JSON.stringify, or a library on top of it, can write. `exactJson` undoes the marks. */
export function markIntegers(value: unknown): unknown {
  if (typeof value === 'bigint') return `\0${value}`;
  if (typeof value === 'string') return value.startsWith('\0') ? `\0${value}` : value;
  if (Array.isArray(value)) return value.map(markIntegers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, markIntegers(member)]));
}

/** The JSON text of a marked value: integers with all their digits, nothing in it that acts on a terminal. */
export function exactJson(markedText: string): string {
  return visibleJson(markedText.replace(MARKED_INTEGER, '$1').replace(MARKED_STRING, '"\\u0000'));
}

/** `model` as one JSON object. */
export function jsonText(model: unknown): string {
  return `${exactJson(JSON.stringify(markIntegers(model), null, 2))}\n`;
}

/** `models` as JSON, one a line, each handed to `write` as it comes. */
export async function writeNdjson(
  models: AsyncIterable<unknown>,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const { default: ndjson } = await import('ndjson');
  const lines = ndjson.stringify();
  for await (const model of models) {
    lines.write(markIntegers(model));
    await write(exactJson(String(lines.read())));
  }
}
