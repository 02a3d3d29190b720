import { newestCodex } from '../codex/version.ts';
import { defaultCodexHome } from '../history/homes.ts';
import type { Lifecycle } from '../lifecycle/outcome.ts';
import { exchangeOf } from '../replay/judge/exchange.ts';
import { expectationsOf } from '../replay/judge/expectations.ts';
import { type Judgement, judge, type Yardstick } from '../replay/judge/judge.ts';
import { identityIn, lifecyclesIn, paramsIn, readTranscript } from '../replay/judge/recorded.ts';
import { readRollout } from '../replay/known-rollout.ts';
import { findRollout, type HomeOptions } from './find-rollout.ts';

export interface JudgeOptions extends Pick<HomeOptions, 'codexHome'> {
  /** The rollout whose thread was resumed or forked. Default: the one that the Codex home has of the thread. */
  readonly rollout?: string;
  /** By what is owed to a client (`contract`, the default), or by what the version is known to do (`version`). */
  readonly expect?: Yardstick;
}

/** A resume, rejoin or fork in a transcript, and whether it was right. */
export interface JudgedLifecycle extends Judgement {
  readonly lifecycle: Lifecycle;
  readonly threadId: string;
}

/**
 * Judges every resume, rejoin and fork in a transcript that `replay --record` or `tap --record` made.
 * @param transcript its bytes, NDJSON
 * @throws {BadRecording} when it is none, with the line and the byte; {Error} when a thread has no rollout; the system's error
 */
export async function judgeTranscript(transcript: Uint8Array, options: JudgeOptions = {}): Promise<JudgedLifecycle[]> {
  const recorded = readTranscript(Buffer.from(transcript));
  const { entries } = recorded;
  const version = identityIn(entries).version ?? newestCodex;
  const codexHome = options.codexHome ?? defaultCodexHome(process.env);
  const judged: JudgedLifecycle[] = [];
  for (const watched of lifecyclesIn(entries)) {
    const { lifecycle, observed, requestedThread: threadId, request } = watched;
    const exchange = exchangeOf(request, watched.entries);
    const path = options.rollout ?? (await findRollout(threadId, { codexHome }));
    if (path === undefined) throw new Error(`no rollout of thread ${threadId} in ${codexHome}`);
    const params = { ...paramsIn(exchange), ...(watched.optsOut && { optsOut: true }) };
    const rollout = await readRollout(path, version, codexHome, params);
    const observation = {
      lifecycle,
      expectations: expectationsOf(rollout, lifecycle, params),
      entries: request.connection === 'client' ? entries : watched.entries,
      exchange,
      observed,
      disk: { unknown: 'a recording does not say what was written' },
      ending: watched.over === 'next' ? ('quiet' as const) : null,
      quietMs: 0,
    };
    judged.push({ lifecycle, threadId, ...judge(observation, options.expect ?? 'contract') });
  }
  return judged;
}
