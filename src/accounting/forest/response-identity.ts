import type { UsageRow } from './rollout-account.ts';

/**
 * By what a response is told from all others of its thread: its turn and the running total, which copies keep; never what it
 * cost. One that no count holds is told by its id.
 */
export function responseIdentity({ kind, responseId, turnId, total, repetition }: UsageRow): string {
  if (kind === 'token_usage_record') return `response ${responseId}`;
  return `turn ${turnId ?? ''} total ${Object.values(total).join()} again ${repetition}`;
}
