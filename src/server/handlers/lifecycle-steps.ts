import type { JsonObject } from '../../json/json-value.ts';
import type { LifecycleMessage, Outcome } from '../../lifecycle/outcome.ts';
import { toWire } from '../../wire/thread-token-usage.ts';
import type { ClientConnection } from '../connection.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { ThreadItems } from '../store/thread-items.ts';
import type { Thread } from '../thread.ts';
import { threadJson, threadResult, usageParams } from '../wire-json.ts';

const HYDRATION =
  'Full-history hydration is deprecated for paginated threads; use `excludeTurns: true`, then page with `thread/turns/list` and `thread/items/list`.';

/** A lifecycle that went well. */
export interface Done {
  readonly outcome: Outcome;
  readonly thread: Thread;
  /** Of the thread's rollout, in seconds since 1970; null when it has none. */
  readonly updatedAt: number | null;
  readonly items: ThreadItems;
}

/**
 * What is sent when a lifecycle went well, in the order that the model of it says (docs/codex.md 8.1): the restored
 * usage once, to the requester alone, taken from the thread; what tells of the thread itself to everyone.
 */
export function lifecycleSteps({ outcome, thread, updatedAt, items }: Done, { server, connection }: Call): Step[] {
  const threadId = thread.meta.id;
  const view = (turns: Outcome['turns']): JsonObject =>
    threadJson({ meta: thread.meta, path: thread.rollout?.path ?? null, updatedAt, status: 'idle', turns, items });
  const step: Readonly<Record<Exclude<LifecycleMessage, 'ERROR'>, () => Step>> = {
    RESPONSE: () => ({ kind: 'response', result: threadResult(view(outcome.turns)) }),
    deprecationNotice: () => hydrationNotice(connection),
    'thread/status/changed': () =>
      tell(server.everyone(), 'thread/status/changed', { threadId, status: { type: 'idle' } }),
    'thread/tokenUsage/updated': () =>
      tell([connection], 'thread/tokenUsage/updated', replayedUsage(outcome, thread, server.era.sendsCacheWrite)),
    'thread/goal/cleared': () => tell(server.everyone(), 'thread/goal/cleared', { threadId }),
    'thread/started': () => tell(server.everyone(), 'thread/started', { thread: view([]) }),
  };
  return outcome.messages.flatMap((message) => (message === 'ERROR' ? [] : [step[message]()]));
}

/** What is sent when a thread is not loaded; null when the outcome is no error. */
export function refusalSteps({ error, messages }: Outcome, connection: ClientConnection): Step[] | null {
  if (!error) return null;
  const notices = messages.filter((message) => message === 'deprecationNotice');
  return [
    ...notices.map(() => hydrationNotice(connection)),
    { kind: 'error', error: new RequestError(error.message, error.code) },
  ];
}

function hydrationNotice(connection: ClientConnection): Step {
  return tell([connection], 'deprecationNotice', { summary: HYDRATION, details: null });
}

/** The numbers are those of the running thread; whose they are, the model says. */
function replayedUsage({ usage }: Outcome, thread: Thread, sendsCacheWrite: boolean): JsonObject {
  const info = thread.tokenUsageInfo();
  const tokenUsage = info ? toWire(info, sendsCacheWrite) : usage?.tokenUsage;
  if (!usage || !tokenUsage) throw new Error('the model sends usage that there is none of');
  return usageParams(thread.meta.id, usage.turnId, tokenUsage);
}

function tell(to: readonly ClientConnection[], method: LifecycleMessage, params: JsonObject): Step {
  return { kind: 'notification', to, method, params };
}
