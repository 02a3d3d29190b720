import { type JsonValue, WrittenNumber } from './json-value.ts';

/** What stands for one half of a surrogate pair alone, which UTF-8 cannot express. */
const REPLACEMENT = '\ufffd';

/** The JSON text of `value` on one line: whole numbers with all their digits, strings always well-formed. */
export function jsonText(value: JsonValue): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof WrittenNumber) return value.text;
  if (typeof value === 'string') return stringText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join()}]`;
  return `{${Object.entries(value).map(([key, member]) => `${stringText(key)}:${jsonText(member)}`)}}`;
}

function stringText(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, REPLACEMENT));
}
