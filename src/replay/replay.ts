import { realpath } from 'node:fs/promises';
import { type CodexVersion, newestCodex } from '../codex/version.ts';
import { codexHomeOf } from '../history/find-thread.ts';
import type { RestoredUsage } from '../usage/restore-usage.ts';
import { ServerFailure } from '../wire/server-failure.ts';
import { Transcript, type TranscriptEntry } from '../wire/transcript.ts';
import { runOnce } from './drive/run-once.ts';
import type { RunningServer } from './drive/server.ts';
import type { ServerIdentity } from './drive/server-identity.ts';
import { type Exchange, findExchange } from './judge/exchange.ts';
import { type Judgement, judge } from './judge/judge.ts';
import { calledAs, type KnownRollout, readRollout } from './known-rollout.ts';
import { repeated } from './repeat.ts';
import type { ReplayPlan } from './replay-plan.ts';
import type { CleanUp } from './sandbox/clean-up.ts';
import { persistenceFaultsSince, rolloutsIn, snapshotsOf } from './sandbox/persistence.ts';
import { privateHomeFor } from './sandbox/private-home.ts';

/** Told while it goes on. */
export interface ReplayHooks {
  readonly onServer: (identity: ServerIdentity, transport: RunningServer['transport']) => void;
  readonly onEntry: (entry: TranscriptEntry) => void;
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
  const home = await homeFor(plan, cleanUp);
  const transcript = new Transcript();
  transcript.listen(hooks.onEntry);
  let before: Before | undefined;
  const first = await runOnce(plan, home.path, transcript, cleanUp, async (identity, transport) => {
    hooks.onServer(identity, transport);
    before = await home.before(identity.version ?? newestCodex);
  });
  const exchange = findExchange(transcript.entries);
  if (!exchange || !before) throw first.run.failure ?? new ServerFailure('nothing was sent to the server');

  const { known } = before;
  const second = await repeated(plan, home.path, first.run, cleanUp);
  const elsewhere = plan.home === 'remote' && (await worksElsewhere(plan, exchange));
  const judgement = judge(
    {
      lifecycle,
      params,
      ...known,
      entries: transcript.entries,
      exchange,
      observed: plan.observer,
      ending: first.run.ending,
      quietMs: deadlines.quietMs,
      disk: elsewhere
        ? { unknown: 'the server works on another file, or elsewhere' }
        : {
            persistenceFaults: await persistenceFaultsSince(
              before.snapshots,
              await home.after(exchange),
              copiedBy(plan, before),
            ),
            second,
          },
    },
    yardstick,
  );
  const { identity, transport, run } = first;
  const { restored } = known;
  return { identity, transport, restored, entries: transcript.entries, exchange, judgement, failure: run.failure };
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
  /** The rollouts that are there after it, as far as they may be looked at. */
  readonly after: (exchange: Exchange) => Promise<readonly string[]>;
}

async function homeFor({ home, subject, codexHome }: ReplayPlan, cleanUp: CleanUp): Promise<Home> {
  const { path } = subject;
  if (home !== 'private') {
    return {
      path: home === 'remote' ? '' : home.inPlace,
      before: async (version) => ({
        known: await readRollout(path, version, codexHome),
        snapshots: await snapshotsOf([path]),
      }),
      after: async ({ thread }) => [path, ...(thread?.path && thread.path !== path ? [thread.path] : [])],
    };
  }
  const made = await privateHomeFor(subject.rollouts, cleanUp);
  return {
    path: made.path,
    before: async (version) => {
      const copies = await made.fill();
      const originals = new Map(copies.map((copy, i) => [copy, subject.rollouts[i]?.path ?? copy]));
      // The copy counts: a session that goes on has more in its rollout by now.
      const known = await readRollout(copies[0] ?? path, version, codexHome);
      return { known: calledAs(known, originals), snapshots: await snapshotsOf(copies) };
    },
    after: () => rolloutsIn(made.path),
  };
}

/** How many records a fork takes over that copies its source; null when it is cut. */
function copiedBy({ params }: ReplayPlan, { snapshots }: Before): number | null {
  const isCut = (params.lastTurnId ?? params.beforeTurnId) !== undefined;
  return isCut ? null : (snapshots[0]?.tokenCounts ?? null);
}

/** Whether a server that runs already has the thread in another file than the one we look at. */
async function worksElsewhere({ lifecycle, subject }: ReplayPlan, { thread }: Exchange): Promise<boolean> {
  if (!thread?.path) return true;
  if (lifecycle === 'fork') return codexHomeOf(thread.path) !== codexHomeOf(subject.path);
  const [theirs, ours] = await Promise.all([thread.path, subject.path].map((path) => realpath(path).catch(() => null)));
  return theirs === null || theirs !== ours;
}
