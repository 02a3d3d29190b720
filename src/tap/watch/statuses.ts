import { memberAt } from '../../json/json-value.ts';
import type { TappedMessage } from '../observe/tapped-message.ts';
import type { Watched } from './filter.ts';

/** From here on an answer is late, in milliseconds. */
const LATE_MS = 1_000;

interface Request {
  readonly method: string;
  readonly atMs: number;
  status: 'pending' | 'late' | 'error' | 'done';
}

/** What becomes of requests. */
export class Statuses {
  readonly #latest = new Map<string, Request>();
  readonly #of = new Map<number, Request>();

  /** Takes a message into account. */
  add(message: TappedMessage): void {
    const method = memberAt(message.message, 'method');
    const id = memberAt(message.message, 'id');
    if (id === undefined || message.direction === 'stderr') return;
    const isCall = typeof method === 'string';
    const asker = (message.direction === 'sent') === isCall ? 'client' : 'server';
    const key = `${message.connection} ${asker} ${typeof id} ${id}`;
    if (isCall) this.#latest.set(key, { method, atMs: message.atMs, status: 'pending' });
    const request = this.#latest.get(key);
    if (!request) return;
    this.#of.set(message.seq, request);
    if (isCall) return;
    const isError = memberAt(message.message, 'error') !== undefined;
    request.status = isError ? 'error' : message.atMs - request.atMs > LATE_MS ? 'late' : 'done';
  }

  /** What a filter can look at of a message that was taken into account. */
  watched({ seq, direction, connection, message, problem }: TappedMessage): Watched {
    const request = this.#of.get(seq);
    const method = memberAt(message, 'method');
    const id = memberAt(message, 'id');
    const isCall = typeof method === 'string';
    const answer = memberAt(message, 'error') === undefined ? 'response' : 'error';
    const call = id === undefined ? 'notification' : 'request';
    return {
      method: isCall ? method : (request?.method ?? ''),
      id: id === undefined ? '' : String(id),
      dir: direction,
      conn: connection,
      kind: direction === 'stderr' ? 'stderr' : problem !== null ? 'unreadable' : isCall ? call : answer,
      status: request?.status ?? '',
    };
  }
}
