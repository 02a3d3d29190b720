import { isJsonObject, type JsonObject, type JsonValue, memberAt, WrittenNumber } from '../json/json-value.ts';

/** How a server says that it did not do what it was asked. */
export interface RpcError {
  /** A 64-bit integer. */
  readonly code: number | bigint;
  readonly message: string;
  readonly data?: JsonValue;
}

/** What came back for a request. */
export type Answer = { readonly result: JsonValue } | { readonly error: RpcError };

/** Which request a message is, or answers: a string or a 64-bit integer. */
export type RequestId = string | number | bigint;

/** What a message is in the protocol. */
export type Reading =
  | { readonly kind: 'request'; readonly id: RequestId; readonly method: string }
  | { readonly kind: 'notification' }
  | { readonly kind: 'answer'; readonly id: RequestId; readonly answer: Answer }
  | Defect;

/** A message that the protocol does not know. `id`: of the request that it seems to answer. */
export interface Defect {
  readonly kind: 'defect';
  readonly problem: string;
  readonly id?: RequestId;
}

/** Reads one message of JSON-RPC as Codex speaks it: without a `jsonrpc` member, without batches. */
export function readMessage(message: JsonValue): Reading {
  if (Array.isArray(message)) return defect('an array: Codex knows no batches');
  if (!isJsonObject(message)) return defect(`${named(message)}, not an object`);
  return Object.hasOwn(message, 'method') ? readCall(message) : readAnswer(message);
}

function readCall(message: JsonObject): Reading {
  const method = memberAt(message, 'method');
  const id = memberAt(message, 'id');
  const params = memberAt(message, 'params');
  if (typeof method !== 'string') return defect(`a method that is ${named(method)}, not a string`);
  for (const member of ['result', 'error']) {
    if (Object.hasOwn(message, member)) return defect(`both a method and ${member === 'error' ? 'an' : 'a'} ${member}`);
  }
  if (params !== undefined && !isJsonObject(params)) return defect(`params that are ${named(params)}, not an object`);
  if (id === undefined) return { kind: 'notification' };
  return isRequestId(id) ? { kind: 'request', id, method } : badId(id);
}

function readAnswer(message: JsonObject): Reading {
  const id = memberAt(message, 'id');
  const result = memberAt(message, 'result');
  const error = memberAt(message, 'error');
  if (id === undefined) return defect('neither a method nor an id');
  if (!isRequestId(id)) return badId(id);
  if (result !== undefined && error !== undefined) return defect('an answer with both a result and an error', id);
  if (result !== undefined) return { kind: 'answer', id, answer: { result } };
  if (error === undefined) return defect('an answer with neither a result nor an error', id);
  return readError(id, error);
}

function readError(id: RequestId, error: JsonValue): Reading {
  if (!isJsonObject(error)) return defect(`an error that is ${named(error)}, not an object`, id);
  const code = memberAt(error, 'code');
  const message = memberAt(error, 'message');
  const data = memberAt(error, 'data');
  if (!isInteger(code)) return defect(`an error whose code is ${named(code)}, not a 64-bit integer`, id);
  if (typeof message !== 'string') return defect(`an error whose message is ${named(message)}, not a string`, id);
  return { kind: 'answer', id, answer: { error: { code, message, ...(data === undefined ? {} : { data }) } } };
}

function badId(id: JsonValue): Defect {
  return defect(`an id that is ${named(id)}, not a string or a 64-bit integer`);
}

function defect(problem: string, id?: RequestId): Defect {
  return { kind: 'defect', problem, ...(id === undefined ? {} : { id }) };
}

function isRequestId(value: JsonValue): value is RequestId {
  return typeof value === 'string' || isInteger(value);
}

function isInteger(value: JsonValue | undefined): value is number | bigint {
  const whole = typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
  return typeof whole === 'bigint' && BigInt.asIntN(64, whole) === whole;
}

function named(value: JsonValue | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'bigint' || value instanceof WrittenNumber) return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
