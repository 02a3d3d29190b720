import { memberAt } from '../../../json/json-value.ts';
import type { TranscriptEntry } from '../../../wire/transcript.ts';
import { methodOf } from '../exchange.ts';
import { type Check, fail, noUsageCame, pass, type ReplayCase, seen, skip } from './check.ts';

/** Whether the response came first. */
export const usageAfterResponse: Check = {
  id: 'usage-after-response',
  holds: 'the notification comes after the response',
  judge: ({ exchange: { answer }, usage }) => {
    if (!usage) return noUsageCame;
    if (!answer) return skip('no response came');
    const both = [seen('response', answer), seen('thread/tokenUsage/updated', usage.entry)];
    if (usage.entry.seq > answer.seq) {
      return pass(`${(usage.entry.atMs - answer.atMs).toFixed(1)} ms after it`, ...both);
    }
    return fail('the response first', `the notification came first, as message ${usage.entry.seq}`, ...both);
  },
};

/** Whether nothing new had begun by then. */
export const usageBeforeTurn: Check = {
  id: 'usage-before-turn',
  holds: 'no turn/started of the thread precedes it',
  judge: (replay) => {
    const { usage } = replay;
    if (!usage) return noUsageCame;
    const [turn] = ofThread(replay, 'turn/started', (params) => memberAt(params, 'threadId'));
    if (!turn || turn.seq > usage.entry.seq) return pass('no turn had started');
    const both = [seen('turn/started', turn), seen('thread/tokenUsage/updated', usage.entry)];
    return fail('the usage before any turn', `turn/started came first, as message ${turn.seq}`, ...both);
  },
};

/** Whether a fork is announced after its usage. */
export const forkStartedAfterUsage: Check = {
  id: 'fork-started-after-usage',
  holds: 'on fork, thread/started follows it',
  judge: (replay) => {
    const { usage, exchange, lifecycle } = replay;
    if (lifecycle !== 'fork') return skip('it is no fork');
    if (!usage) return noUsageCame;
    const [started, again] = ofThread(replay, 'thread/started', (params) => memberAt(params, 'thread', 'id'));
    if (again) return fail('one thread/started', `another came as message ${again.seq}`, seen('thread/started', again));
    if (!started) return fail('thread/started of the new thread', 'none came', seen('request', exchange.request));
    const both = [seen('thread/tokenUsage/updated', usage.entry), seen('thread/started', started)];
    if (started.seq > usage.entry.seq) return pass('thread/started came after it', ...both);
    return fail('the usage before thread/started', `thread/started came first, as message ${started.seq}`, ...both);
  },
};

/** The messages of this method about the thread of the response. */
function ofThread(
  { exchange: { received, thread, requestedThread } }: ReplayCase,
  method: string,
  threadOf: (params: ReturnType<typeof memberAt>) => unknown,
): TranscriptEntry[] {
  const id = thread?.id ?? requestedThread;
  return received.filter(({ message }) => methodOf(message) === method && threadOf(memberAt(message, 'params')) === id);
}
