import { jsonText } from '../../json/json-text.ts';
import { type JsonValue, jsonValue, memberAt } from '../../json/json-value.ts';
import type { TappedMessage } from '../observe/tapped-message.ts';

/** A line of a transcript as the message that passed; null for the header and other lines that are no message. */
export function recordedMessage(line: Buffer): TappedMessage | null {
  const value = jsonValue(line);
  const [seq, atMs, connection, direction] = ['seq', 'atMs', 'connection', 'direction'].map((key) =>
    memberAt(value, key),
  );
  const isPlaced = typeof seq === 'number' && typeof atMs === 'number' && typeof connection === 'string';
  if (!isPlaced || (direction !== 'sent' && direction !== 'received' && direction !== 'stderr')) return null;
  const message = memberAt(value, 'message');
  const problem = memberAt(value, 'problem');
  const text = memberAt(value, 'text');
  return {
    ...{ seq, atMs, connection, direction },
    line: Buffer.from(message === undefined ? String(text ?? '') : jsonText(message)),
    message,
    problem:
      typeof problem === 'string' ? problem : message === undefined && direction !== 'stderr' ? 'not JSON' : null,
  };
}

/** When a transcript began, if the line is its header; milliseconds since 1970. */
export function beginningIn(line: Buffer): number | null {
  const value: JsonValue = jsonValue(line);
  const startedAt = memberAt(value, 'startedAt');
  return memberAt(value, 'transcript') === 1 && typeof startedAt === 'string' ? Date.parse(startedAt) : null;
}
