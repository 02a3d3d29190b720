import type { JsonObject } from '../../json/json-value.ts';
import type { LifecycleMessage, Outcome } from '../../lifecycle/outcome.ts';
import { toWire } from '../../wire/thread-token-usage.ts';
import type { ClientConnection } from '../connection.ts';
import type { ThreadItems } from '../items/thread-items.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { ThreadSummary } from '../store/thread-summary.ts';
import type { Thread } from '../thread.ts';
import { openedJson, threadJson, usageParams } from '../wire-json.ts';
import { shownTurn } from './shown-turns.ts';

const HYDRATION =
  'Full-history hydration is deprecated for paginated threads; use `excludeTurns: true`, then page with `thread/turns/list` and `thread/items/list`.';

/** A lifecycle that went well. */
export interface Done {
  readonly outcome: Outcome;
  readonly thread: Thread;
  /** Of the thread. */
  readonly summary: ThreadSummary;
  readonly items: ThreadItems;
  /** What a resume says besides. */
  readonly more?: JsonObject;
}

/**
 * What is sent when a lifecycle went well, in the order that the model of it says (docs/codex.md 8.1): the restored
 * usage once, to the requester alone, taken from the thread; what tells of the thread itself to everyone.
 */
export function lifecycleSteps({ outcome, thread, summary, items, more }: Done, { server, connection }: Call): Step[] {
  const threadId = thread.meta.id;
  const { wireKeys } = server;
  const view = (turns: Outcome['turns']): JsonObject => {
    const shown = turns.map((turn) => shownTurn(turn, items, 'full', server));
    return threadJson(summary, thread.status, shown, wireKeys);
  };
  const step: Readonly<Record<Exclude<LifecycleMessage, 'ERROR'>, () => Step>> = {
    RESPONSE: () => ({ kind: 'response', result: openedJson(view(outcome.turns), thread.settings, wireKeys, more) }),
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
