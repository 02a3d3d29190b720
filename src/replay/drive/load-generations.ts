import { Transcript } from '../../wire/transcript.ts';
import type { ReplayPlan } from '../replay-plan.ts';
import type { CleanUp } from '../sandbox/clean-up.ts';
import type { PrivateHome } from '../sandbox/private-home.ts';
import { hasGenerations, type PlacedRollout } from '../sandbox/subject.ts';
import { longestMessage } from './deadlines.ts';
import { startServer } from './server.ts';
import { Session } from './session.ts';

/**
 * Has the server's database learn the turns of rollouts that a thread went on from, where one of them is an older
 * generation (docs/codex.md 5.3, 6.4): each is put into the home and resumed while it is its thread's newest, by a server
 * of its own, the root first. Then the home forgets where it stood, or the server would open it instead of a newer one.
 * Does nothing where every ancestor is another thread.
 * @throws {ServerFailure} when a server cannot be started or asked
 */
export async function loadGenerations(
  plan: ReplayPlan,
  home: PrivateHome,
  cleanUp: CleanUp,
  onStage: (stage: string) => void,
): Promise<void> {
  const { subject, server: choice, deadlines, env, passedOn, clientVersion, params } = plan;
  if (!hasGenerations(subject) || choice.kind === 'embedded' || params.home === 'new') return;
  const { rollouts } = subject;
  onStage('loading the older rollouts of the thread');
  for (let place = rollouts.length - 1; place > 0; place--) {
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
      await home.fill(rollouts.slice(place));
      await session.load((rollouts[place] as PlacedRollout).threadId);
      await session.close();
    } finally {
      await server.stop();
    }
    await home.forgetPlaces();
  }
}
