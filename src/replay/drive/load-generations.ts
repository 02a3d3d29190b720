import { Transcript } from '../../wire/transcript.ts';
import type { ReplayPlan } from '../replay-plan.ts';
import type { CleanUp } from '../sandbox/clean-up.ts';
import type { PrivateHome } from '../sandbox/private-home.ts';
import { hasGenerations } from '../sandbox/subject.ts';
import { longestMessage } from './deadlines.ts';
import { startServer } from './server.ts';
import { Session } from './session.ts';

/**
 * Has the server's database learn the turns of rollouts that a thread went on from, where one of them is an older
 * generation (docs/codex.md 5.3, 6.4): each is put into the home and resumed while it is its thread's newest, by a server
 * of its own, the root first. Does nothing where every ancestor is another thread.
 * @throws {ServerFailure} when a server cannot be started or asked
 */
export async function loadGenerations(plan: ReplayPlan, home: PrivateHome, cleanUp: CleanUp): Promise<void> {
  const { subject, server: choice, deadlines, env, passedOn, clientVersion, params } = plan;
  if (!hasGenerations(subject) || choice.kind === 'embedded' || params.home === 'new') return;
  for (const rollout of subject.rollouts.slice(1).reverse()) {
    const setting = {
      home: home.path,
      isPrivate: true,
      several: false,
      env,
      passedOn,
      connectMs: deadlines.connectMs,
      longest: longestMessage(subject.bytes),
    };
    const server = await cleanUp.begin(
      () => startServer(choice, setting),
      (started) => started.stop(),
    );
    try {
      const session = await Session.open(server, false, clientVersion, new Transcript(), deadlines);
      await home.fill([rollout]);
      await session.load(rollout.threadId);
      await session.close();
    } finally {
      await server.stop();
    }
  }
}
