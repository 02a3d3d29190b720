import { memberAt } from '../../json/json-value.ts';
import type { Outcome } from '../../lifecycle/outcome.ts';
import { usageDifferences } from '../../wire/usage-update.ts';
import { type Exchange, methodOf, type SeenUsage } from './exchange.ts';

/**
 * The notifications that count as the replay of the usage, in their order: those about the thread of the response, and
 * those about other threads that say what was due. What a turn that runs meanwhile spends is no replay.
 */
export function countedUsages(exchange: Exchange, expected: Outcome): SeenUsage[] {
  const { thread, requestedThread, usages } = exchange;
  const id = thread?.id ?? requestedThread;
  const due = expected.usage?.tokenUsage;
  const isAbout = ({ update }: SeenUsage) => typeof update === 'string' || update.threadId === id;
  const saysDue = ({ update }: SeenUsage) =>
    typeof update !== 'string' && due !== undefined && usageDifferences(due, update.tokenUsage).length === 0;
  const about = usages.filter(isAbout);
  const counted = [...about, ...usages.filter((usage) => !isAbout(usage) && saysDue(usage))];
  const [first] = counted;
  return runsMeanwhile(exchange, id) ? counted.filter((usage) => usage === first || saysDue(usage)) : counted;
}

/** Whether something of a turn of the thread came, too. */
function runsMeanwhile({ received }: Exchange, id: string): boolean {
  return received.some(
    ({ message }) => /^(turn|item)\//.test(methodOf(message) ?? '') && memberAt(message, 'params', 'threadId') === id,
  );
}
