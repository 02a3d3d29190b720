import { usageDifferences } from '../../../wire/usage-update.ts';
import { type Check, fail, noUsageCame, pass, recordOf, seen, skip } from './check.ts';

const notDue = skip('no usage was due');
const undecodable = skip('the notification cannot be decoded');

/** Whether the numbers are the rollout's. */
export const usageValues: Check = {
  id: 'usage-values',
  holds: "total, last and window equal the rollout's restored usage, to the token",
  judge: (replay) => {
    const { usage, expected } = replay;
    if (!usage) return noUsageCame;
    if (typeof usage.update === 'string') return undecodable;
    if (!expected.usage) return notDue;
    const evidence = [seen('thread/tokenUsage/updated', usage.entry), ...recordOf(replay)];
    const differences = usageDifferences(expected.usage.tokenUsage, usage.update.tokenUsage);
    if (differences.length === 0) {
      const { total, last } = usage.update.tokenUsage;
      return pass(`total ${total.totalTokens}, last ${last.totalTokens}, as the rollout says`, ...evidence);
    }
    return fail("the rollout's usage", differences.join('; '), ...evidence);
  },
};

/** Whether it is attributed to the right turn. */
export const usageTurn: Check = {
  id: 'usage-turn',
  holds: 'turnId is the owner by the yardstick, and is a turn of the response',
  judge: ({ usage, expected, exchange }) => {
    if (!usage) return noUsageCame;
    if (typeof usage.update === 'string') return undecodable;
    if (!expected.usage) return notDue;
    const { turnId } = usage.update;
    const owner = expected.usage.turnId;
    const came = seen('thread/tokenUsage/updated', usage.entry);
    if (turnId !== owner) return fail(nameOf(owner), `${nameOf(turnId)} came`, came);
    const turns = exchange.thread?.turns ?? [];
    const place = turns.findIndex(({ id }) => id === turnId);
    if (place >= 0) return pass(`${nameOf(turnId)}, turn ${place + 1} of ${turns.length} in the response`, came);
    if (expected.turns.every(({ id }) => id !== turnId)) return pass(`${nameOf(turnId)}, which is no turn here`, came);
    return fail('a turn of the response', `${nameOf(turnId)} is none of its ${turns.length}`, came);
  },
};

/** Whether it is about the right thread. */
export const usageThread: Check = {
  id: 'usage-thread',
  holds: 'threadId is the resumed thread, or the new one on fork',
  judge: ({ usage, exchange, lifecycle }) => {
    if (!usage) return noUsageCame;
    if (typeof usage.update === 'string') return undecodable;
    const { thread, requestedThread } = exchange;
    if (!thread) return skip('the response names no thread');
    const came = seen('thread/tokenUsage/updated', usage.entry);
    const { threadId } = usage.update;
    if (lifecycle === 'fork') {
      if (threadId === requestedThread) return fail('a new thread', `thread ${threadId} came, the source`, came);
      return threadId === thread.id
        ? pass(threadId, came)
        : fail(`thread ${thread.id}`, `thread ${threadId} came`, came);
    }
    if (threadId === requestedThread) return pass(threadId, came);
    return fail(`thread ${requestedThread}`, `thread ${threadId} came`, came);
  },
};

function nameOf(turnId: string): string {
  return turnId === '' ? 'an empty turnId' : turnId;
}
