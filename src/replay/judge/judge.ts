import type { Deviation } from '../../lifecycle/deviations.ts';
import type { Lifecycle, Outcome } from '../../lifecycle/outcome.ts';
import type { RestoredUsage } from '../../usage/restore-usage.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { differenceOf } from '../../wire/usage-update.ts';
import type { Ending } from '../drive/session.ts';
import type { PersistenceFault } from '../sandbox/persistence.ts';
import type { CheckResult, Persistence, ReplayCase } from './checks/check.ts';
import { checks } from './checks/index.ts';
import { countedUsages } from './counted-usages.ts';
import type { Exchange } from './exchange.ts';
import type { Expectations } from './expectations.ts';
import type { SecondRun } from './second-run.ts';

export type Yardstick = 'contract' | 'version';

/** All that is known when a replay is over. */
export interface Observation {
  readonly lifecycle: Lifecycle;
  /** What was due, by the rollout as it was before. */
  readonly expectations: Expectations;
  readonly entries: readonly TranscriptEntry[];
  readonly exchange: Exchange;
  readonly observed: boolean;
  /** Null when that is not known, as of a recording. */
  readonly ending: Ending | null;
  readonly quietMs: number;
  /** What was done to the rollouts, and the second run; or why that is not known. */
  readonly disk:
    | { readonly persistenceFaults: readonly PersistenceFault[]; readonly second: SecondRun }
    | { readonly unknown: string };
}

export interface JudgedCheck extends CheckResult {
  readonly id: string;
}

export interface Question {
  readonly id: 'rollout-has-usage' | 'server-replayed-usage' | 'connection-stayed';
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly detail: string;
}

export interface Judgement {
  readonly expected: Outcome;
  readonly checks: readonly JudgedCheck[];
  readonly questions: readonly Question[];
  /** Fail: a check failed. Inconclusive: none did, but the connection did not stay as long as it should have. */
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** The known behaviour of this version that touches this rollout. */
  readonly deviations: readonly Deviation[];
  /** Whether that explains all that failed: then the version did what it is known to do. */
  readonly explained: boolean;
}

/** Compares what a server did with what it should have done, by the yardstick. */
export function judge(observation: Observation, yardstick: Yardstick): Judgement {
  const { expectations } = observation;
  const expected = expectations[yardstick];
  const judged = judgeBy(observation, expected, yardstick);
  const failed = judged.some(({ status }) => status === 'fail');
  const cutShort = observation.ending === 'closed' || observation.ending === 'noisy';
  const known = () => judgeBy(observation, expectations.version, 'version');
  return {
    expected,
    checks: judged,
    questions: questions(observation, judged, expected),
    verdict: failed ? 'fail' : cutShort ? 'inconclusive' : 'pass',
    deviations: expectations.deviations,
    explained: failed && yardstick === 'contract' && known().every(({ status }) => status !== 'fail'),
  };
}

function judgeBy(observation: Observation, expected: Outcome, yardstick: Yardstick): JudgedCheck[] {
  const persistence = persistenceOf(observation, expected, yardstick);
  const replay = caseOf(observation, expected, yardstick, persistence);
  return checks.map(({ id, judge: by }) => ({ id, ...by(replay) }));
}

function caseOf(
  { lifecycle, entries, exchange, observed, expectations }: Observation,
  expected: Outcome,
  yardstick: Yardstick,
  persistence: Persistence,
): ReplayCase {
  const usages = countedUsages(exchange, expected);
  const { restoredFrom } = expectations.restored;
  const usage = usages[0] ?? null;
  return { lifecycle, expected, yardstick, entries, exchange, usage, usages, observed, persistence, restoredFrom };
}

function persistenceOf(observation: Observation, expected: Outcome, yardstick: Yardstick): Persistence {
  const { disk } = observation;
  if ('unknown' in disk) return disk;
  const { persistenceFaults, second } = disk;
  if (second.kind === 'not made') return { persistenceFaults, second: { notMade: second.reason } };
  if (second.kind === 'failed')
    return { persistenceFaults, second: { differs: `the second one failed: ${second.reason}` } };
  return { persistenceFaults, second: { differs: secondDiffers(observation, second, expected, yardstick) } };
}

/** How the second run differs from the first, judged in the same way; null when it does not. */
function secondDiffers(
  observation: Observation,
  { entries, exchange }: Extract<SecondRun, { kind: 'made' }>,
  expected: Outcome,
  yardstick: Yardstick,
): string | null {
  const nothing: Persistence = { unknown: '' };
  const first = caseOf(observation, expected, yardstick, nothing);
  const second = caseOf({ ...observation, entries, exchange }, expected, yardstick, nothing);
  for (const { id, judge: by } of checks) {
    const [before, after] = [by(first), by(second)];
    if (before.status !== after.status) return `in the second one ${id} is ${after.status}: ${after.detail}`;
  }
  return differenceOf(first.usage?.update, second.usage?.update);
}

function questions(observation: Observation, judged: readonly JudgedCheck[], expected: Outcome): Question[] {
  return [
    { id: 'rollout-has-usage', ...rolloutHasUsage(observation.expectations.restored) },
    { id: 'server-replayed-usage', ...serverReplayed(observation, judged, expected) },
    { id: 'connection-stayed', ...connectionStayed(observation) },
  ];
}

type Reply = Pick<Question, 'answer' | 'detail'>;

function rolloutHasUsage({ tokenUsageInfo, restoredFrom, reason, path }: RestoredUsage): Reply {
  if (tokenUsageInfo && restoredFrom) {
    const place = `byte ${restoredFrom.byteOffset} of ${restoredFrom.path}`;
    return { answer: 'yes', detail: `total ${tokenUsageInfo.total_token_usage.total_tokens} at ${place}` };
  }
  if (reason === 'unreadable') return { answer: 'unknown', detail: `${path} cannot be read as a whole` };
  return { answer: 'no', detail: reason ?? 'none' };
}

function serverReplayed({ exchange, ending }: Observation, judged: readonly JudgedCheck[], expected: Outcome): Reply {
  const failed = judged.filter(({ id, status }) => status === 'fail' && id.startsWith('usage-'));
  if (!exchange.answer) return { answer: 'unknown', detail: 'the request was not answered' };
  if (exchange.error) return { answer: expected.usage ? 'no' : 'unknown', detail: 'the request was refused' };
  const [first] = failed;
  if (first) return { answer: 'no', detail: `${first.id}: ${first.detail}` };
  if (expected.usage) return { answer: 'yes', detail: 'once, after the response, with the right numbers' };
  return ending === 'closed'
    ? { answer: 'unknown', detail: 'none was due, but the connection ended' }
    : { answer: 'yes', detail: 'none was due and none came' };
}

function connectionStayed({ ending, quietMs }: Observation): Reply {
  if (ending === null) return { answer: 'unknown', detail: 'it is not known how long it was listened to' };
  if (ending === 'quiet') return { answer: 'yes', detail: `${quietMs} ms without a message after the last one` };
  if (ending === 'closed') return { answer: 'no', detail: 'it ended before that' };
  return { answer: 'yes', detail: 'but it never fell quiet' };
}
