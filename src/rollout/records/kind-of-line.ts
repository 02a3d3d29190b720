import { JsonError } from '../../json/grammar.ts';
import { type JsonView, parseJson } from '../../json/json-view.ts';

const TYPE_AND_PAYLOAD = new Set(['type', 'payload']);
const TYPE = new Set(['type']);

/**
 * The kind of a line of any layout: its type, and behind a `/` that of its payload in an `event_msg` or a `response_item`.
 * Null when it is no JSON object with a type.
 */
export function kindOfLine(bytes: Buffer): string | null {
  const line = parsed(bytes);
  if (line?.kind !== 'object') return null;
  const members = line.members(TYPE_AND_PAYLOAD);
  const type = textOf(members.get('type'));
  if (type !== 'event_msg' && type !== 'response_item') return type;
  const payload = members.get('payload');
  const inner = payload?.kind === 'object' ? textOf(payload.members(TYPE).get('type')) : null;
  return inner === null ? type : `${type}/${inner}`;
}

function parsed(bytes: Buffer): JsonView | null {
  try {
    return parseJson(bytes, 'any');
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}

function textOf(value: JsonView | undefined): string | null {
  return value?.kind === 'string' ? value.text : null;
}
