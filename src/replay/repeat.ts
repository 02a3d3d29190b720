import { ServerFailure } from '../wire/server-failure.ts';
import { Transcript } from '../wire/transcript.ts';
import { runOnce } from './drive/run-once.ts';
import type { Run } from './drive/session.ts';
import { findExchange } from './judge/exchange.ts';
import type { SecondRun } from './judge/second-run.ts';
import type { ReplayPlan } from './replay-plan.ts';
import type { CleanUp } from './sandbox/clean-up.ts';
import { threadsToMeet } from './sandbox/subject.ts';

/** Above this size a second replay costs too much time and memory to be made without being asked. In bytes. */
const REPEATED_BYTES = 256_000_000;

/** Makes the same replay again, where that is possible and not too dear, within `leftMs` milliseconds. */
export async function repeated(
  asked: ReplayPlan,
  home: string,
  first: Run,
  leftMs: number,
  cleanUp: CleanUp,
  onStage: (stage: string) => void,
): Promise<SecondRun> {
  const plan = { ...asked, deadlines: { ...asked.deadlines, totalMs: leftMs } };
  const reason = whyNot(plan, first);
  if (reason !== null) return { kind: 'not made', reason };
  const transcript = new Transcript();
  try {
    const { run } = await runOnce(plan, home, transcript, cleanUp, {
      onStage: (stage) => onStage(`replaying it once more: ${stage}`),
    });
    const exchange = findExchange(transcript.entries);
    if (!run.failure && exchange) return { kind: 'made', entries: transcript.entries, exchange };
    return { kind: 'failed', reason: run.failure?.message ?? 'nothing was sent' };
  } catch (error) {
    if (!(error instanceof ServerFailure)) throw error;
    return { kind: 'failed', reason: error.message };
  }
}

function whyNot({ home, params, subject, deadlines }: ReplayPlan, { failure }: Run): string | null {
  if (home === 'remote') return 'the server is not ours to start again';
  if (home !== 'private') return 'the Codex home is the real one';
  if (subject.bytes > REPEATED_BYTES) return 'the rollout is large';
  if (params.home === 'new' && threadsToMeet(subject).length > 0) return 'the home is not new any more';
  if (failure) return 'the first one failed';
  return deadlines.totalMs > 0 ? null : 'the time is up';
}
