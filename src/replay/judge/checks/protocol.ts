import { memberAt } from '../../../json/json-value.ts';
import { readMessage } from '../../../wire/rpc-message.ts';
import type { TranscriptEntry } from '../../../wire/transcript.ts';
import { methodOf } from '../exchange.ts';
import { type Check, type Evidence, fail, pass, type ReplayCase, seen } from './check.ts';

/** Whether a client could follow it all. */
export const protocol: Check = {
  id: 'protocol',
  holds: 'every message decodes; no unanswered request; no unknown response id',
  judge: (replay) => {
    const found = [...inMessages(replay), ...inPairs(replay), ...inContent(replay)];
    const [first, ...more] = found;
    if (!first) return pass(`${replay.entries.length} messages`);
    const rest = more.length === 0 ? '' : `, and ${more.length} more`;
    return fail('messages of the protocol', `${first.what}${rest}`, ...found.slice(0, 20));
  },
};

/** Messages that are none. */
function inMessages({ entries }: ReplayCase): Evidence[] {
  return entries.flatMap((entry) => {
    if (entry.direction === 'sent') return [];
    const reading = readMessage(entry.message);
    const problem = entry.problem ?? (reading.kind === 'defect' ? reading.problem : undefined);
    return problem === undefined ? [] : [seen(problem, entry)];
  });
}

/** Requests without an answer, and answers without a request. Whether ours was answered is a check of its own. */
function inPairs({ entries, exchange }: ReplayCase): Evidence[] {
  const open = new Map<string, TranscriptEntry>();
  const found: Evidence[] = [];
  for (const entry of entries) {
    const id = memberAt(entry.message, 'id');
    if (id === undefined) continue;
    const key = `${entry.connection} ${typeof id} ${id}`;
    const isCall = methodOf(entry.message) !== undefined;
    if (entry.direction === 'sent' && isCall) open.set(key, entry);
    const isAnswer = entry.direction === 'received' && !isCall && entry.problem === undefined;
    if (isAnswer && !open.delete(key)) found.push(seen(`an answer to ${id}, which nobody waits for`, entry));
  }
  for (const entry of open.values()) {
    if (entry !== exchange.request) found.push(seen(`no answer to ${methodOf(entry.message)}`, entry));
  }
  return found;
}

/** What the messages that matter here must hold. */
function inContent({ exchange, lifecycle }: ReplayCase): Evidence[] {
  const { answer, error, thread, requestedThread, received, usages } = exchange;
  const found = usages.flatMap(({ entry, update }) =>
    typeof update === 'string' ? [seen(`thread/tokenUsage/updated: ${update}`, entry)] : [],
  );
  for (const entry of received) {
    const isCall =
      methodOf(entry.message) === 'thread/tokenUsage/updated' && memberAt(entry.message, 'id') !== undefined;
    if (isCall) found.push(seen('thread/tokenUsage/updated as a request', entry));
  }
  if (!answer || error) return found;
  if (!thread) return [...found, seen('the response names no thread', answer)];
  if (!thread.turns) found.push(seen('the response has no list of turns', answer));
  const isOther = thread.id !== requestedThread;
  if (isOther !== (lifecycle === 'fork')) {
    found.push(
      seen(isOther ? `the response is about thread ${thread.id}` : 'the fork has the id of its source', answer),
    );
  }
  return found;
}
