import type { LifecycleError, ReplayedUsage } from '../lifecycle/outcome.ts';

/** What a client can see of how a request ended: predicted, or seen on a server. */
export interface VisibleOutcome {
  readonly error: LifecycleError | null;
  readonly messages: readonly string[];
  readonly usage: ReplayedUsage | null;
  readonly turns: readonly { readonly id: string; readonly status: string }[];
}

/** All of an outcome as one text: two outcomes are the same when their texts are. */
export function contentOf(outcome: VisibleOutcome): string {
  const total = outcome.usage?.tokenUsage.total ?? {};
  return `${outcome.messages.join(' ')} ${Object.keys(total)} ${answerOf(outcome)}`;
}

/**
 * The same without the order of messages: the answer to the request and the usage. A count that is not on the wire, as
 * that of cache writes before 0.145, is 0.
 */
export function answerOf({ error, usage, turns }: VisibleOutcome): string {
  const { total, last, modelContextWindow } = usage?.tokenUsage ?? {};
  const counts = [total, last].map((each) => each && Object.entries({ cacheWriteInputTokens: 0n, ...each }).sort());
  const ids = turns.map(({ id, status }) => [id, status]);
  return JSON.stringify([error, usage?.turnId, counts, modelContextWindow, ids], (_, value) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
}
