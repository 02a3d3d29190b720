import type { Outcome } from '../lifecycle/outcome.ts';

/** All that a client can see of an outcome, as one text: two outcomes are the same when their texts are. */
export function contentOf(outcome: Outcome): string {
  return `${outcome.messages.join(' ')} ${answerOf(outcome)}`;
}

/** The same without the order of messages: the answer to the request and the usage. */
export function answerOf({ error, usage, turns }: Outcome): string {
  return JSON.stringify([error, usage, turns.map(({ id, status }) => [id, status])], (_, value) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
}
