import { stripVTControlCharacters } from 'node:util';
import { ServerFailure } from '../../wire/server-failure.ts';
import type { Transcript } from '../../wire/transcript.ts';
import type { ReplayPlan } from '../replay-plan.ts';
import type { CleanUp } from '../sandbox/clean-up.ts';
import { ancestorsOf, threadsToMeet } from '../sandbox/subject.ts';
import { longestMessage } from './deadlines.ts';
import { type RunningServer, startServer } from './server.ts';
import type { ServerIdentity } from './server-identity.ts';
import { type Run, type Scenario, Session } from './session.ts';

/** What came of one server's life. */
export interface FinishedRun {
  readonly identity: ServerIdentity;
  readonly transport: RunningServer['transport'];
  readonly run: Run;
}

/** What is told while a run goes on. */
export interface RunHooks {
  /** Has its time before the request is sent. */
  readonly beforeRequest?: (identity: ServerIdentity, transport: RunningServer['transport']) => Promise<void>;
  /** What is being done from now on, in words. */
  readonly onStage: (stage: string) => void;
}

/** Starts the server, runs the lifecycle and stops the server. */
export async function runOnce(
  plan: ReplayPlan,
  home: string,
  transcript: Transcript,
  cleanUp: CleanUp,
  { beforeRequest, onStage }: RunHooks,
): Promise<FinishedRun> {
  const { deadlines, env, passedOn, observer } = plan;
  const setting = {
    home,
    isPrivate: plan.home === 'private',
    several: observer,
    env,
    passedOn,
    connectMs: Math.min(deadlines.connectMs, deadlines.totalMs),
    longest: longestMessage(plan.subject.bytes),
  };
  onStage('starting the server');
  const server = await cleanUp.begin(
    () => startServer(plan.server, setting),
    (started) => started.stop(),
  );
  try {
    const session = await Session.open(server, observer, plan.clientVersion, transcript, deadlines);
    await beforeRequest?.(session.identity, server.transport);
    onStage('waiting for the answer');
    const run = await session.run(scenarioOf(plan), () => onStage('waiting for notifications'));
    await session.close();
    await server.stop();
    return {
      identity: session.identity,
      transport: server.transport,
      run: { ...run, failure: withServerEnding(run.failure, server) },
    };
  } catch (error) {
    await server.stop();
    throw error instanceof ServerFailure ? withServerEnding(error, server) : error;
  }
}

function scenarioOf({ lifecycle, params, subject, observer, home }: ReplayPlan): Scenario {
  const { optsOut: _, home: state, ...asked } = params;
  const isUsed = home === 'private' && state !== 'new';
  const ancestors = isUsed ? ancestorsOf(subject) : [];
  const met = isUsed ? threadsToMeet(subject) : [];
  return { lifecycle, threadId: subject.threadId, params: { ...asked }, met, ancestors, observer };
}

/** A failure with what the server said and how it ended, as far as that is known. */
export function withServerEnding<T extends ServerFailure | null>(failure: T, server: RunningServer): T | ServerFailure {
  if (!failure) return failure;
  const ending = server.ending();
  const said = stripVTControlCharacters(server.stderrTail()).trim().split('\n').at(-1)?.slice(-300);
  const more = [...(ending ? [`it ${ending}`] : []), ...(said ? [`it said: ${said}`] : [])];
  const hint = failure.hint === undefined ? {} : { hint: failure.hint };
  return new ServerFailure([failure.message, ...more].join('; '), { cause: failure, ...hint });
}
