import type { JsonObject, JsonValue } from '../../json/json-value.ts';
import type { ClientConnection } from '../connection.ts';

/** What came of a question to clients. */
export interface Approval {
  /** Of the request that was answered; null when nobody answered. */
  readonly requestId: number | null;
  /** Null when nobody answered, or somebody with an error. */
  readonly result: JsonValue;
}

/** Asks all `clients` the same, and takes the first answer; none comes when all have left or `signal` stops it. */
export async function askForApproval(
  clients: readonly ClientConnection[],
  method: string,
  params: JsonObject,
  signal: AbortSignal,
): Promise<Approval> {
  const stopped = new Promise<Approval>((resolve) => {
    const none = () => resolve({ requestId: null, result: null });
    if (signal.aborted) none();
    else signal.addEventListener('abort', none, { once: true });
  });
  const asked = clients.map(async (client): Promise<Approval> => client.ask(method, params));
  const allLeft = Promise.all(asked).then((answers) => answers[0] ?? { requestId: null, result: null });
  const first = asked.map(async (answer) => {
    const came = await answer;
    return came.requestId === null ? new Promise<Approval>(() => {}) : came;
  });
  return Promise.race([stopped, allLeft, ...first]);
}
