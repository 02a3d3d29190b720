import { type Check, fail, pass, recordOf, seen, skip } from './check.ts';

/** Whether usage came exactly if it was due. */
export const usagePresent: Check = {
  id: 'usage-present',
  holds: 'usage was replayed if the yardstick says so, and not otherwise',
  judge: (replay) => {
    const { exchange, expected, usage, restoredFrom } = replay;
    if (!exchange.answer || exchange.error) return skip('the request was not answered with success');
    if (usage) {
      const came = seen('thread/tokenUsage/updated', usage.entry);
      if (expected.usage) return pass('it came', came);
      return fail('no usage', `thread/tokenUsage/updated came as message ${usage.entry.seq}`, came);
    }
    if (!expected.usage) return pass(restoredFrom ? 'none came, and none is due here' : 'none came: there is none');
    const due = `thread/tokenUsage/updated after the response, total ${expected.usage.tokenUsage.total.totalTokens}`;
    return fail(due, 'none came', seen('response', exchange.answer), ...recordOf(replay));
  },
};

/** Whether it came once. */
export const usageOnce: Check = {
  id: 'usage-once',
  holds: 'it came exactly once',
  judge: ({ usages }) => {
    const [first, ...more] = usages;
    if (!first) return skip('no usage came');
    const came = usages.map(({ entry }) => seen('thread/tokenUsage/updated', entry));
    return more.length === 0 ? pass('once', ...came) : fail('one notification', `${usages.length} came`, ...came);
  },
};

/** Whether only the requester was told. */
export const usageTargeted: Check = {
  id: 'usage-targeted',
  holds: 'no other connection received it',
  judge: ({ exchange, observed, usage }) => {
    if (!observed) return skip('there was no other connection');
    const [leaked] = exchange.leaked;
    if (leaked) {
      const came = seen('thread/tokenUsage/updated', leaked.entry);
      const { connection, seq } = leaked.entry;
      return fail('usage on the connection that asked only', `the ${connection} received it as message ${seq}`, came);
    }
    return usage ? pass('the observer received none') : pass('nobody received any');
  },
};
