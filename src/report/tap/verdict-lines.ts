import { formatCodexVersion } from '../../codex/version.ts';
import type { Judgement } from '../../replay/judge/judge.ts';
import type { LifecycleVerdict } from '../../tap/judge/lifecycle-verdict.ts';

const asked = {
  'rollout-has-usage': 'the rollout holds usage',
  'server-replayed-usage': 'the server replayed it as it should',
  'connection-stayed': 'the connection stayed',
} as const;

/** What came of a lifecycle, in one line. */
export function verdictLine({ watched, exchange, judged }: LifecycleVerdict): string {
  const { lifecycle, requestedThread, request } = watched;
  const forked = lifecycle === 'fork' && exchange.thread ? ` into ${exchange.thread.id}` : '';
  const what = `${lifecycle} of thread ${requestedThread}${forked} (${request.connection}, message ${request.seq})`;
  if ('unknown' in judged) return `not judged: ${what}: ${judged.unknown}`;
  const { verdict, checks } = judged.judgement;
  const failed = checks.filter(({ status }) => status === 'fail').map(({ id, detail }) => `${id}: ${detail}`);
  return `${verdict}: ${what}${failed.length > 0 ? `: ${failed.join('; ')}` : ''}`;
}

/** The line, the three questions with their answers, and of a failure why it is so and what to do. */
export function verdictLines(verdict: LifecycleVerdict): string[] {
  const { judged, identity } = verdict;
  if ('unknown' in judged) return [verdictLine(verdict)];
  const { judgement } = judged;
  const server = identity.version ? `Codex ${formatCodexVersion(identity.version)}` : 'the server';
  return [
    verdictLine(verdict),
    ...judgement.questions.map(({ id, answer, detail }) => `  ${asked[id]}: ${answer} (${detail})`),
    ...(judgement.verdict === 'fail' ? reasons(judgement, server) : []),
  ];
}

/** Why a lifecycle failed, as far as that is known, and what to do. */
function reasons({ deviations, explained, expected }: Judgement, server: string): string[] {
  if (expected.error)
    return [
      `  why: the rollout cannot be loaded: ${expected.error.message}`,
      '  next: rollout-inspect check says what is wrong with it',
    ];
  if (!explained || deviations.length === 0) return [`  why: not known of ${server}`];
  return deviations.flatMap(({ id, since, message, advice }) => [
    `  why: ${server} is known for it: ${message} (${id}${since ? `, since ${since}` : ''})`,
    `  next: ${advice}`,
  ]);
}
