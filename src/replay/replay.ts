import { realpath } from 'node:fs/promises';
import { type CodexVersion, newestCodex } from '../codex/version.ts';
import { codexHomeOf } from '../history/homes.ts';
import type { RestoredUsage } from '../usage/restore-usage.ts';
import { ServerFailure } from '../wire/server-failure.ts';
import { Transcript, type TranscriptEntry } from '../wire/transcript.ts';
import { loadGenerations } from './drive/load-generations.ts';
import { runOnce } from './drive/run-once.ts';
import type { RunningServer } from './drive/server.ts';
import type { ServerIdentity } from './drive/server-identity.ts';
import { type Exchange, findExchange } from './judge/exchange.ts';
import { expectationsOf } from './judge/expectations.ts';
import { type Judgement, judge, type Observation } from './judge/judge.ts';
import type { SecondRun } from './judge/second-run.ts';
import { calledAs, type KnownRollout, readRollout } from './known-rollout.ts';
import { repeated } from './repeat.ts';
import type { ReplayPlan } from './replay-plan.ts';
import type { CleanUp } from './sandbox/clean-up.ts';
import { type PlacesToLook, persistenceFaultsSince, snapshotsOf } from './sandbox/persistence.ts';
import { privateHomeFor } from './sandbox/private-home.ts';

/** How long a look at what was written may take at least, in milliseconds. */
const LOOK_MS = 1_000;

/** Told while it goes on. */
export interface ReplayHooks {
  readonly onServer: (identity: ServerIdentity, transport: RunningServer['transport']) => void;
  readonly onEntry: (entry: TranscriptEntry) => void;
  /** What is being done from now on, in words. */
  readonly onStage: (stage: string) => void;
}

export interface ReplayResult {
  readonly identity: ServerIdentity;
  readonly transport: RunningServer['transport'];
  readonly restored: RestoredUsage;
  readonly entries: readonly TranscriptEntry[];
  readonly exchange: Exchange;
  readonly judgement: Judgement;
  /** The server, or the way to it, failed once the request was sent. */
  readonly failure: ServerFailure | null;
}

/**
 * Drives one lifecycle of a thread and judges what came. Whatever it starts or makes is handed to `cleanUp`.
 * @throws {ServerFailure} when no request could be sent; or the system's error
 */
export async function replay(plan: ReplayPlan, hooks: ReplayHooks, cleanUp: CleanUp): Promise<ReplayResult> {
  const { lifecycle, params, deadlines, yardstick } = plan;
  const { onStage } = hooks;
  const home = await homeFor(plan, cleanUp, onStage);
  const transcript = new Transcript();
  transcript.listen(hooks.onEntry);
  let before: Before | undefined;
  const first = await runOnce(plan, home.path, transcript, cleanUp, {
    beforeRequest: async (identity, transport) => {
      hooks.onServer(identity, transport);
      onStage('reading the rollout');
      before = await home.before(identity.version ?? newestCodex);
    },
    onStage,
  });
  const exchange = findExchange(transcript.entries);
  if (!exchange || !before) throw first.run.failure ?? new ServerFailure('nothing was sent to the server');

  const { known } = before;
  const leftMs = () => deadlines.totalMs - transcript.nowMs;
  const second = await repeated(plan, home.path, first.run, leftMs(), cleanUp, onStage);
  onStage('looking at what was written');
  const elsewhere = plan.home === 'remote' && (await worksElsewhere(plan, exchange));
  const judgement = judge(
    {
      lifecycle,
      expectations: expectationsOf(known, lifecycle, params),
      entries: transcript.entries,
      exchange,
      observed: plan.observer,
      ending: first.run.ending,
      quietMs: deadlines.quietMs,
      disk: elsewhere
        ? { unknown: 'the server works on another file, or elsewhere' }
        : await diskAfter(before.snapshots, home.after(exchange), copiedBy(plan, before), second, leftMs()),
    },
    yardstick,
  );
  const { identity, transport, run } = first;
  const { restored } = known;
  return { identity, transport, restored, entries: transcript.entries, exchange, judgement, failure: run.failure };
}

/** What a server that has ended did to its home, as far as there is time to look. `leftMs`: in milliseconds. */
async function diskAfter(
  before: Before['snapshots'],
  now: Parameters<typeof persistenceFaultsSince>[1],
  copied: number | null,
  second: SecondRun,
  leftMs: number,
): Promise<Observation['disk']> {
  const signal = AbortSignal.timeout(Math.max(LOOK_MS, Math.ceil(leftMs)));
  try {
    return { persistenceFaults: await persistenceFaultsSince(before, now, copied, signal), second };
  } catch (error) {
    if (!signal.aborted) throw error;
    return { unknown: 'there was no time left to look at all that was written' };
  }
}

/** What is known before the request is sent. */
interface Before {
  readonly known: KnownRollout;
  readonly snapshots: Awaited<ReturnType<typeof snapshotsOf>>;
}

/** The home that the server works in. */
interface Home {
  /** Empty for a server that has its own. */
  readonly path: string;
  /** Puts the rollouts there, if need be, and reads what is there before the request. */
  readonly before: (version: CodexVersion) => Promise<Before>;
  /** Where rollouts are looked for after it: in a folder, or at these paths alone. */
  readonly after: (exchange: Exchange) => PlacesToLook;
}

async function homeFor(plan: ReplayPlan, cleanUp: CleanUp, onStage: ReplayHooks['onStage']): Promise<Home> {
  const { home, subject, codexHome, params } = plan;
  const { path } = subject;
  if (home !== 'private') {
    return {
      path: home === 'remote' ? '' : home.inPlace,
      before: async (version) => ({
        known: await readRollout(path, version, codexHome, params),
        snapshots: await snapshotsOf([path]),
      }),
      after: ({ thread }) => ({ paths: thread?.path ? [thread.path] : [] }),
    };
  }
  const made = await privateHomeFor(subject.providers, subject.provider, cleanUp);
  await loadGenerations(plan, made, cleanUp, onStage);
  return {
    path: made.path,
    before: async (version) => {
      const copies = await made.fill(subject.rollouts);
      const originals = new Map(copies.map((copy, i) => [copy, subject.rollouts[i]?.path ?? copy]));
      // The copy counts: a session that goes on has more in its rollout by now.
      return asServersDoing(async () => {
        const known = await readRollout(copies[0] ?? path, version, codexHome, params);
        return { known: calledAs(known, originals), snapshots: await snapshotsOf(copies) };
      });
    },
    after: () => ({ home: made.path }),
  };
}

/** Looks at copies that were just made; that they cannot be read any more is the doing of the server that runs there. */
async function asServersDoing<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (cause) {
    const { code, errno } = cause as NodeJS.ErrnoException;
    if (errno === undefined) throw cause;
    throw new ServerFailure(`the server spoilt its throw-away home before it was asked anything: ${code}`, { cause });
  }
}

/** How many records a fork takes over that copies its source; null when it is cut. */
function copiedBy({ params }: ReplayPlan, { known }: Before): number | null {
  const isCut = (params.lastTurnId ?? params.beforeTurnId) !== undefined;
  return isCut ? null : known.tokenCounts;
}

/** Whether a server that runs already has the thread in another file than the one we look at. */
async function worksElsewhere({ lifecycle, subject }: ReplayPlan, { thread }: Exchange): Promise<boolean> {
  if (!thread?.path) return true;
  if (lifecycle === 'fork') return codexHomeOf(thread.path) !== codexHomeOf(subject.path);
  const [theirs, ours] = await Promise.all([thread.path, subject.path].map((path) => realpath(path).catch(() => null)));
  return theirs === null || theirs !== ours;
}
