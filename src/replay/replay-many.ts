import { newestCodex } from '../codex/version.ts';
import type { LifecycleParams } from '../lifecycle/outcome.ts';
import { ServerFailure } from '../wire/server-failure.ts';
import { Transcript } from '../wire/transcript.ts';
import { deadlinesFor, longestMessage } from './drive/deadlines.ts';
import { withServerEnding } from './drive/run-once.ts';
import { type RunningServer, type ServerChoice, startServer } from './drive/server.ts';
import type { ServerIdentity } from './drive/server-identity.ts';
import { Session } from './drive/session.ts';
import { findExchange } from './judge/exchange.ts';
import { expectationsOf } from './judge/expectations.ts';
import { type Judgement, judge } from './judge/judge.ts';
import { readRollout } from './known-rollout.ts';
import type { ReplayPlan } from './replay-plan.ts';
import type { CleanUp } from './sandbox/clean-up.ts';
import { privateHomeFor } from './sandbox/private-home.ts';
import { ancestorsOf, hasGenerations, type Subject, threadsToMeet } from './sandbox/subject.ts';

/** Where and how many threads are replayed. */
export interface SharedPlan extends Pick<ReplayPlan, 'codexHome' | 'env' | 'passedOn' | 'clientVersion'> {
  readonly server: ServerChoice;
  /**
   * No two of them may share a thread, ancestors included: what one does to it would change what the other sees. Nor may
   * one bring an ancestor that another misses.
   */
  readonly subjects: readonly Subject[];
}

/** What a server did with one lifecycle of a thread. */
export interface SharedResult {
  readonly identity: ServerIdentity;
  readonly judgement: Judgement;
}

/** One server that replays many threads, one after the other. */
export class SharedReplay {
  readonly #plan: SharedPlan;
  readonly #server: RunningServer;
  readonly #session: Session;
  readonly #transcript: Transcript;
  readonly #quietMs: number;

  private constructor(
    plan: SharedPlan,
    server: RunningServer,
    session: Session,
    transcript: Transcript,
    quietMs: number,
  ) {
    this.#plan = plan;
    this.#server = server;
    this.#session = session;
    this.#transcript = transcript;
    this.#quietMs = quietMs;
  }

  /**
   * Starts the server on throw-away copies of the rollouts, or dials one that has them. What it makes is handed to
   * `cleanUp`. @throws {ServerFailure} or the system's error
   */
  static async start(plan: SharedPlan, cleanUp: CleanUp): Promise<SharedReplay> {
    const { server: choice, subjects, env, passedOn, clientVersion } = plan;
    const largest = Math.max(...subjects.map(({ bytes }) => bytes));
    const each = deadlinesFor(largest);
    const deadlines = { ...each, totalMs: each.totalMs * 2 * subjects.length };
    const rollouts = subjects.flatMap((subject) => subject.rollouts);
    const providers = subjects.flatMap((subject) => [...subject.providers]);
    const isDialled = choice.kind === 'ws' || choice.kind === 'unix';
    const home = isDialled ? null : await privateHomeFor(providers, subjects[0]?.provider ?? null, cleanUp);
    const setting = {
      home: home?.path ?? '',
      isPrivate: true,
      several: false,
      env,
      passedOn,
      connectMs: each.connectMs,
      longest: longestMessage(largest),
    };
    const server = await cleanUp.begin(
      () => startServer(choice, setting),
      (started) => started.stop(),
    );
    const transcript = new Transcript();
    try {
      const session = await Session.open(server, false, clientVersion, transcript, deadlines);
      await home?.fill(rollouts);
      return new SharedReplay(plan, server, session, transcript, each.quietMs);
    } catch (error) {
      await server.stop();
      throw error instanceof ServerFailure ? withServerEnding(error, server) : error;
    }
  }

  /**
   * Replays one lifecycle and judges it by what this version is known to do. One home cannot come to know older generations
   * of a thread beside newer ones (docs/codex.md 6.4), so that such a thread is replayed as in a new home.
   * @throws {ServerFailure}
   */
  async replay(subject: Subject, lifecycle: 'resume' | 'fork'): Promise<SharedResult> {
    const { identity } = this.#session;
    const params: LifecycleParams = { home: hasGenerations(subject) ? 'new' : 'used' };
    const known = await readRollout(subject.path, identity.version ?? newestCodex, this.#plan.codexHome, params);
    const before = this.#transcript.entries.length;
    const isUsed = params.home === 'used';
    const met = isUsed ? threadsToMeet(subject) : [];
    const ancestors = isUsed ? ancestorsOf(subject) : [];
    const { threadId } = subject;
    const run = await this.#session.run({ lifecycle, threadId, params: {}, met, ancestors, observer: false });
    const entries = this.#transcript.entries.slice(before);
    const exchange = findExchange(entries);
    const failure = run.failure ?? (exchange ? null : new ServerFailure('nothing was sent to the server'));
    if (failure || !exchange) throw withServerEnding(failure as ServerFailure, this.#server);
    const judgement = judge(
      {
        lifecycle,
        expectations: expectationsOf(known, lifecycle, params),
        entries,
        exchange,
        observed: false,
        ending: run.ending,
        quietMs: this.#quietMs,
        disk: { unknown: 'several rollouts share the home' },
      },
      'version',
    );
    return { identity, judgement };
  }

  async stop(): Promise<void> {
    await this.#session.close();
    await this.#server.stop();
  }
}
