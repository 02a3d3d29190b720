import type { RecordedRequest } from '../../codex/requests/recorded-answers.ts';
import { isJsonObject, type JsonObject, type JsonValue, memberAt } from '../../json/json-value.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';

/**
 * Answers a request for which this server has no behaviour of its own as a signed-out Codex was measured to: about a thread
 * that does not run as about an unknown one. Nothing is done.
 * @throws {RequestError} as recorded, or because the request was never measured
 */
export function answerAsRecorded(
  { method, answer, unknownThread }: RecordedRequest,
  params: JsonValue | undefined,
  { server }: Call,
): Step[] {
  const threadId = memberAt(params, 'threadId');
  const isUnknown = unknownThread !== null && !(typeof threadId === 'string' && server.threads.has(threadId));
  const recorded = isUnknown ? unknownThread : answer;
  if (!recorded) throw new RequestError(`${method} is not available on this server`);
  const fill = (text: string) =>
    text.replaceAll('$THREAD', String(threadId ?? '')).replaceAll('$HOME', server.store.codexHome);
  if ('error' in recorded) throw new RequestError(fill(recorded.error.message), recorded.error.code);
  return [{ kind: 'response', result: filled(recorded.result as JsonObject, fill) as JsonObject }];
}

/** The same value with every string filled in. */
function filled(value: JsonValue, fill: (text: string) => string): JsonValue {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((each: JsonValue) => filled(each, fill));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filled(member, fill)]));
}
