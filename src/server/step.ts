import { setTimeout } from 'node:timers/promises';
import type { JsonObject } from '../json/json-value.ts';
import type { ClientConnection } from './connection.ts';
import type { Request } from './request.ts';
import type { RequestError } from './request-error.ts';

/** One of the things that an app-server does, in order, when a request has been handled. */
export type Step =
  /** Answers the request. */
  | { readonly kind: 'response'; readonly result: JsonObject }
  | { readonly kind: 'error'; readonly error: RequestError }
  | {
      readonly kind: 'notification';
      readonly to: readonly ClientConnection[];
      readonly method: string;
      readonly params: JsonObject;
    }
  /** These are only for faults. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'work'; readonly run: () => Promise<void> }
  | { readonly kind: 'close' };

/**
 * Does all steps for the request `id` of `connection`; fulfils when `connection` can take more. Unless faults say
 * otherwise all is handed over at once, so that nothing of another request comes in between.
 */
export async function doSteps(steps: readonly Step[], connection: ClientConnection, id: Request['id']): Promise<void> {
  const sent: Promise<void>[] = [];
  for (const step of steps) {
    switch (step.kind) {
      case 'response':
        sent.push(connection.answer(id, step.result));
        break;
      case 'error':
        sent.push(connection.refuse(id, step.error));
        break;
      case 'notification':
        for (const to of step.to) {
          const delivery = to.notify(step.method, step.params);
          // Whoever of the others is slow to read must not hold this one up.
          if (to === connection) sent.push(delivery);
        }
        break;
      case 'wait':
        await setTimeout(step.ms, undefined, { signal: connection.closing }).catch(() => {});
        break;
      case 'text':
        sent.push(connection.sendText(step.text));
        break;
      case 'work':
        await step.run();
        break;
      case 'close':
        await Promise.all(sent);
        await connection.close();
        break;
    }
  }
  await Promise.all(sent);
}
