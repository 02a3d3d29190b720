import type { JsonObject } from '../json/json-value.ts';

/** JSON-RPC's "method not found". */
const NOT_ANSWERED = { code: -32601, message: 'rollout-inspect does not answer this' };

/**
 * How each approval is declined. In the two older ones `denied` is a string up to Codex 0.144.6 and an object from
 * 0.150 on; every version reads `abort`, which denies as well.
 */
const DECLINED = new Map<string, JsonObject>([
  ['item/commandExecution/requestApproval', { decision: 'decline' }],
  ['item/fileChange/requestApproval', { decision: 'decline' }],
  ['applyPatchApproval', { decision: 'abort' }],
  ['execCommandApproval', { decision: 'abort' }],
]);

/** What we answer when the server asks for something: nothing is ever approved. */
export function answerToServer(method: string): { readonly result: JsonObject } | { readonly error: JsonObject } {
  const declined = DECLINED.get(method);
  return declined ? { result: declined } : { error: NOT_ANSWERED };
}
