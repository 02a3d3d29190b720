import { turnNamed } from '../../turns/turn.ts';
import { toWire } from '../../wire/thread-token-usage.ts';
import { internalError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import { tokenCountRecord } from '../turns/usage-records.ts';
import { turnJson } from '../wire-json.ts';
import type { Fault, FaultName } from './fault.ts';
import {
  beforeAnswer,
  beforeUsage,
  changeParams,
  changeTokens,
  earlierUsage,
  fromAnswer,
  isStarted,
  isUsage,
  mapCounts,
  otherTurn,
  roundedToThousands,
  sourceThread,
  threadOf,
} from './fault-steps.ts';

type Change = (steps: readonly Step[], call: Call, fault: Fault) => readonly Step[] | Promise<readonly Step[]>;

/** Stands for a turn or thread that is not the right one and not known otherwise. */
const STRANGER = '00000000-0000-7000-8000-000000000000';

/**
 * What a resume or fork is answered with when `faults` are in force, in their order. This is the one place where they
 * are: whatever makes the steps knows nothing of them.
 */
export async function injectFaults(
  steps: readonly Step[],
  faults: readonly Fault[],
  call: Call,
): Promise<readonly Step[]> {
  let changed = steps;
  for (const fault of faults) changed = await changes[fault.name](changed, call, fault);
  return changed;
}

const changes: Readonly<Record<FaultName, Change>> = {
  'omit-usage': (steps) => steps.filter((step) => !isUsage(step)),
  'usage-before-response': (steps) => [
    ...beforeAnswer(steps),
    ...steps.filter(isUsage),
    ...fromAnswer(steps).filter((step) => !isUsage(step)),
  ],
  'duplicate-usage': (steps) => steps.flatMap((step): Step[] => (isUsage(step) ? [step, step] : [step])),
  'broadcast-usage': (steps, { server }) =>
    steps.map((step) => (isUsage(step) ? { ...step, to: server.everyone() } : step)),
  'wrong-turn': (steps) =>
    changeParams(steps, (params) => ({ ...params, turnId: otherTurn(steps, params.turnId) ?? STRANGER })),
  'wrong-thread': (steps) =>
    changeParams(steps, (params) => ({ ...params, threadId: sourceThread(steps) ?? STRANGER })),
  'total-only': (steps) => changeTokens(steps, (usage) => ({ ...usage, last: mapCounts(usage.last, () => 0n) })),
  'stale-usage': async (steps, { server }) => {
    const thread = threadOf(steps, server);
    const earlier = thread && (await earlierUsage(thread, server));
    return changeTokens(steps, ({ total, last, modelContextWindow }) =>
      earlier
        ? toWire(earlier, server.era.sendsCacheWrite)
        : { total: mapCounts(total, (count) => count - 1n), last, modelContextWindow },
    );
  },
  'rounded-usage': (steps) =>
    changeTokens(steps, ({ total, last, modelContextWindow }) => ({
      total: mapCounts(total, roundedToThousands),
      last: mapCounts(last, roundedToThousands),
      modelContextWindow,
    })),
  'persist-usage': (steps, { server }) => {
    const thread = threadOf(steps, server);
    const rollout = thread?.rollout;
    const info = thread?.tokenUsageInfo();
    if (!rollout?.isWritable || !info) return steps;
    const append = async () => {
      if (await server.store.mayWrite(rollout.path))
        await rollout.append([tokenCountRecord(info, server.era.sendsCacheWrite)]);
    };
    return [...steps, { kind: 'work', run: () => server.rolloutQueue.run(rollout.path, append) }];
  },
  'started-before-usage': (steps) =>
    beforeUsage(
      steps.filter((step) => !isStarted(step)),
      steps.filter(isStarted),
    ),
  'turn-before-usage': (steps, { server, connection }) => {
    const threadId = threadOf(steps, server)?.meta.id ?? STRANGER;
    const params = { threadId, turn: turnJson(turnNamed(STRANGER, 'inProgress'), server.wireKeys) };
    return beforeUsage(steps, [{ kind: 'notification', to: [connection], method: 'turn/started', params }]);
  },
  'close-after-response': (steps) => [...beforeAnswer(steps), ...fromAnswer(steps).slice(0, 1), { kind: 'close' }],
  'never-respond': (steps) => beforeAnswer(steps),
  slow: (steps, _, { ms = 0 }) => [...beforeAnswer(steps), { kind: 'wait', ms }, ...fromAnswer(steps)],
  garbage: (steps) => [
    ...beforeAnswer(steps),
    { kind: 'text', text: 'this is no JSON' },
    { kind: 'text', text: '{"id":"nobody-asked","result":{}}' },
    ...fromAnswer(steps),
  ],
  error: (steps) => [...beforeAnswer(steps), { kind: 'error', error: internalError('a fault was injected') }],
};
