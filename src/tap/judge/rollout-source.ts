import { existsSync } from 'node:fs';
import { type CodexVersion, newestCodex } from '../../codex/version.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { codexHomeOf } from '../../history/homes.ts';
import { memberAt } from '../../json/json-value.ts';
import type { LifecycleParams, Outcome } from '../../lifecycle/outcome.ts';
import { type Exchange, exchangeOf } from '../../replay/judge/exchange.ts';
import { type Expectations, expectationsOf } from '../../replay/judge/expectations.ts';
import type { WatchedLifecycle } from '../../replay/judge/lifecycle-watch.ts';
import { paramsIn } from '../../replay/judge/recorded.ts';
import { type KnownRollout, readRollout } from '../../replay/known-rollout.ts';
import { openRolloutAsOf } from './rollout-as-of.ts';

/** What a rollout says must happen on a lifecycle, or why that is not known. */
export type Knowledge = { readonly expectations: Expectations; readonly path: string } | { readonly unknown: string };

/**
 * Reads the rollout of a lifecycle: the one that the answer names or, of a fork and where there is no answer, the one of
 * the thread in the Codex home; as it was when the answer passed. `startedAt`: when the entries began, in milliseconds
 * since 1970; null where that is not known, and all of the rollout counts. Never throws.
 */
export async function knowledgeOf(
  watched: WatchedLifecycle,
  version: CodexVersion | null,
  codexHome: string,
  startedAt: number | null,
): Promise<Knowledge> {
  const read = version ?? newestCodex;
  try {
    const path = await pathOf(watched, read, codexHome);
    if (path === undefined) return { unknown: `there is no rollout of thread ${watched.requestedThread} here` };
    const params = paramsOf(watched);
    const { atMs } = watched.answer ?? watched.request;
    const answered = startedAt === null ? Number.POSITIVE_INFINITY : startedAt + atMs;
    const asOf = (rollout: string) => openRolloutAsOf(rollout, answered);
    const known = await readRollout(path, read, codexHomeOf(path) ?? codexHome, params, asOf);
    return { expectations: expectationsIn(known, watched, params), path };
  } catch (error) {
    return { unknown: `the rollout cannot be read: ${(error as Error).message}` };
  }
}

/**
 * What is due in the home that answered. Its database knows the turns of ancestors that were loaded there, and not those of
 * rollouts that were copied into it: the answer says which by its turns. Where it does not, they count as loaded.
 */
function expectationsIn(known: KnownRollout, watched: WatchedLifecycle, params: LifecycleParams): Expectations {
  const exchange = exchangeOf(watched.request, watched.entries);
  const due = (home: 'used' | 'new') => expectationsOf(known, watched.lifecycle, { ...params, home });
  const used = due('used');
  if (isAnswer(used.version, exchange)) return used;
  const fresh = due('new');
  return isAnswer(fresh.version, exchange) ? fresh : used;
}

/** Whether the request was answered in this way, apart from the usage. */
function isAnswer({ error, turns }: Outcome, exchange: Exchange): boolean {
  if (exchange.error || error) return exchange.error !== null && error !== null;
  const seen = exchange.thread?.turns ?? [];
  return seen.length === turns.length && seen.every(({ id }, at) => id === turns[at]?.id);
}

function paramsOf(watched: WatchedLifecycle): LifecycleParams {
  return { ...paramsIn(exchangeOf(watched.request, watched.entries)), ...(watched.optsOut && { optsOut: true }) };
}

async function pathOf(
  watched: WatchedLifecycle,
  version: CodexVersion,
  codexHome: string,
): Promise<string | undefined> {
  const named = memberAt(watched.answer?.message, 'result', 'thread', 'path');
  const isOwn = watched.lifecycle !== 'fork';
  // A transcript may have come from another machine.
  const isHere = typeof named === 'string' && existsSync(named);
  if (isOwn && isHere) return named;
  const home = (isHere ? codexHomeOf(named) : undefined) ?? codexHome;
  return new RolloutFinder(version, home).findThread(home, watched.requestedThread);
}
