import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a websocket is not opened: an HTTP status and what the client is told. */
export interface Refusal {
  readonly status: '401 Unauthorized' | '403 Forbidden';
  readonly message: string;
}

/**
 * Whether a client may open a websocket, by the headers of its request; null when it may. Browsers may not. `token`: what
 * it must show as `Authorization: Bearer <token>`; undefined: nothing.
 */
export function admission(headers: IncomingHttpHeaders, token: string | undefined): Refusal | null {
  if (headers.origin !== undefined) return { status: '403 Forbidden', message: 'browsers are not served' };
  if (token === undefined) return null;
  const refused = (message: string): Refusal => ({ status: '401 Unauthorized', message });
  if (headers.authorization === undefined) return refused('missing websocket bearer token');
  const shown = /^bearer +(\S+)$/i.exec(headers.authorization)?.[1];
  if (shown === undefined) return refused('invalid authorization header');
  return isSame(shown, token) ? null : refused('invalid websocket bearer token');
}

/** Compares in a time that does not depend on where they differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
