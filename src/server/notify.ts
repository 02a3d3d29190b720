import type { JsonObject } from '../json/json-value.ts';
import type { ServerState } from './server-state.ts';
import type { Step } from './step.ts';

/** A notification to every connection that has shaken hands. */
export function toEveryone(server: ServerState, method: string, params: JsonObject): Step {
  return { kind: 'notification', to: server.everyone(), method, params };
}
