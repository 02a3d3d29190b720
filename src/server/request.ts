import { JsonError } from '../json/grammar.ts';
import { isJsonObject, type JsonObject, type JsonValue, jsonValue } from '../json/json-value.ts';

/** A request as it came in. What `params` hold is not known yet; undefined when there are none. */
export interface Request {
  /** Goes back as it came: a string or a 64-bit integer. */
  readonly id: string | number | bigint;
  readonly method: string;
  readonly params: JsonValue | undefined;
}

/**
 * The request in `bytes`. Null for all that an app-server passes over without an answer: what is no JSON, arrays, other
 * ids, notifications, answers.
 */
export function readRequest(bytes: Buffer): Request | null {
  const message = parsed(bytes);
  if (!isJsonObject(message)) return null;
  const { id, method, params } = message;
  if (typeof method !== 'string' || !isRequestId(id)) return null;
  return { id, method, params };
}

/** The answer of a client in `bytes`, to something that it was asked; null for anything else. */
export function readAnswer(bytes: Buffer): JsonObject | null {
  const message = parsed(bytes);
  const isAnswer = isJsonObject(message) && message.method === undefined && ('result' in message || 'error' in message);
  return isAnswer ? message : null;
}

function parsed(bytes: Buffer): JsonValue | undefined {
  try {
    return jsonValue(bytes);
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

function isRequestId(id: JsonValue | undefined): id is Request['id'] {
  if (typeof id === 'string') return true;
  const whole = typeof id === 'number' && Number.isInteger(id) ? BigInt(id) : id;
  return typeof whole === 'bigint' && BigInt.asIntN(64, whole) === whole;
}
