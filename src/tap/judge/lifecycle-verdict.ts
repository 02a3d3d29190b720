import { memberAt } from '../../json/json-value.ts';
import type { ServerIdentity } from '../../replay/drive/server-identity.ts';
import { type Exchange, exchangeOf, methodOf } from '../../replay/judge/exchange.ts';
import { type Judgement, judge, type Observation, type Yardstick } from '../../replay/judge/judge.ts';
import type { WatchedLifecycle } from '../../replay/judge/lifecycle-watch.ts';
import type { RestoredUsage } from '../../usage/restore-usage.ts';
import type { Knowledge } from './rollout-source.ts';

/** A lifecycle that passed, judged; `judgement` says why there is none where the rollout is not known. */
export interface LifecycleVerdict {
  readonly watched: WatchedLifecycle;
  readonly exchange: Exchange;
  readonly identity: ServerIdentity;
  readonly yardstick: Yardstick;
  readonly judged: { readonly judgement: Judgement; readonly restored: RestoredUsage } | { readonly unknown: string };
}

/** How a lifecycle was watched. */
export interface Watching {
  readonly identity: ServerIdentity;
  readonly yardstick: Yardstick;
  readonly ending: Observation['ending'];
  /** How long nothing came after the last message, in milliseconds. */
  readonly quietMs: number;
  readonly disk: Observation['disk'];
}

/** Judges a lifecycle by what its rollout says. */
export function lifecycleVerdict(
  watched: WatchedLifecycle,
  knowledge: Knowledge,
  watching: Watching,
): LifecycleVerdict {
  const { lifecycle, entries, observed, request } = watched;
  const { identity, yardstick, ending, quietMs, disk } = watching;
  const exchange = exchangeOf(request, entries);
  const told = { watched, exchange, identity, yardstick };
  if ('unknown' in knowledge) return { ...told, judged: knowledge };
  const { expectations } = knowledge;
  const observation = { lifecycle, expectations, entries, exchange, observed, ending, quietMs, disk };
  return { ...told, judged: { judgement: judge(observation, yardstick), restored: expectations.restored } };
}

/** Whether a turn of any thread shows in what came of a lifecycle: then its rollout grows for other reasons. */
export function hasTurns({ entries }: WatchedLifecycle): boolean {
  return entries.some(({ message }) => {
    const method = methodOf(message) ?? '';
    return /^(?:turn|item)\//.test(method) && memberAt(message, 'params', 'threadId') !== undefined;
  });
}
