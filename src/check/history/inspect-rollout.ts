import { readThread, type ThreadTurns } from '../../accounting/thread-turns.ts';
import { eraOf } from '../../codex/era.ts';
import type { CodexVersion } from '../../codex/version.ts';
import type { RolloutFinder } from '../../history/finder.ts';
import type { HistoryVisitor } from '../../history/read-records.ts';
import { threadHistory } from '../../history/thread-history.ts';
import type { HistoryFacts } from '../../lifecycle/facts.ts';
import type { Landmarks } from '../lines/landmarks.ts';
import { RolloutReading } from '../lines/rollout-reading.ts';
import { type Place, type RawFinding, rawFinding } from '../raw-finding.ts';
import { ancestryFindings, headFindings } from './ancestry.ts';
import { isLoaded, loadingFindings } from './loading.ts';
import { memoryFindings } from './memory.ts';
import { otherFileFindings } from './other-files.ts';
import { ownershipFindings } from './ownership.ts';
import { uncountedFindings } from './uncounted.ts';

export interface InspectOptions {
  /**
   * Looks rollouts up as the version does, besides the rollout's own home and folder in the Codex home that was named: one for each
   * version, for all rollouts of a run.
   */
  readonly finder: (version: CodexVersion) => RolloutFinder;
  readonly maxResumeMb: number | undefined;
  /** Are shown each line that is read. */
  readonly watchers: readonly HistoryVisitor[];
}

/** A rollout as one version reads it. */
export interface Inspection {
  readonly facts: HistoryFacts;
  readonly thread: ThreadTurns;
  readonly findings: readonly RawFinding[];
  readonly marks: Landmarks;
}

/**
 * Reads a rollout once, forward, as Codex `version` does, and tells what is wrong with it.
 * @throws {CannotJudge}, {NotARollout} or the system's error
 */
export async function inspectRollout(
  path: string,
  version: CodexVersion,
  { finder, maxResumeMb, watchers }: InspectOptions,
): Promise<Inspection> {
  const era = eraOf(version);
  const history = await threadHistory(path, finder(version));
  const reading = new RolloutReading(history);
  const { facts, thread } = await readThread(history, era, [reading, ...watchers]);
  const { marks, ancestorEnds, bytes } = reading;
  const { foreign } = history.head;
  if (foreign) {
    return { facts, thread, marks, findings: [rawFinding('not-a-rollout', foreign.sentence, marks.first)] };
  }
  const isFollowed = facts.isPaginated && era.paginated === 'followed';
  const findings = [
    ...reading.findings(),
    ...headFindings(facts, marks),
    ...(isFollowed ? ancestryFindings(facts, ancestorEnds.problems, marks) : notFollowed(facts, marks.meta)),
    ...(await otherFileFindings(history, finder(version), marks.meta)),
    ...uncountedFindings(thread, reading.compactions),
    ...loadingFindings(facts, version, marks),
    ...(maxResumeMb === undefined ? [] : memoryFindings(bytes, maxResumeMb)),
    ...(isLoaded(facts, version) ? ownershipFindings(facts, version, marks) : []),
  ];
  return { facts, thread, findings, marks };
}

/** A paginated rollout is newer than the version, which reads it like a legacy one or not at all. */
function notFollowed({ history: { meta } }: HistoryFacts, place: Place | null): RawFinding[] {
  if (meta?.history_mode !== 'paginated') return [];
  return [rawFinding('newer-records', 'the rollout is paginated, which is followed since Codex 0.145.0 only', place)];
}
