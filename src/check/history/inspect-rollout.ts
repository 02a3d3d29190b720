import { eraOf } from '../../codex/era.ts';
import type { CodexVersion } from '../../codex/version.ts';
import { type RolloutHistory, readHistoryOf } from '../../history/read-history.ts';
import { isPaginated } from '../../lifecycle/client-turns.ts';
import { openRollout } from '../../rollout/lines/open-rollout.ts';
import type { Landmarks } from '../lines/landmarks.ts';
import { RolloutReading } from '../lines/rollout-reading.ts';
import { type Place, type RawFinding, rawFinding } from '../raw-finding.ts';
import { ancestryFindings, headFindings } from './ancestry.ts';
import { isLoaded, loadingFindings } from './loading.ts';
import { memoryFindings } from './memory.ts';
import { ownershipFindings } from './ownership.ts';

export interface InspectOptions {
  /** Where ancestors are looked up, besides the rollout's own home and folder. */
  readonly codexHome: string | undefined;
  readonly maxResumeMb: number | undefined;
}

/** A rollout as one version reads it. */
export interface Inspection {
  readonly history: RolloutHistory;
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
  { codexHome, maxResumeMb }: InspectOptions,
): Promise<Inspection> {
  const reading = new RolloutReading(path, version);
  const history = await readHistoryOf(path, await openRollout(path), version, codexHome, reading);
  const { marks, ancestorEnds, threads, bytes } = reading;
  const isFollowed = isPaginated(history, eraOf(version));
  const findings = [
    ...reading.findings(),
    ...headFindings(history, marks),
    ...(isFollowed
      ? ancestryFindings(history, ancestorEnds.problems, threads, marks)
      : notFollowed(history, marks.meta)),
    ...loadingFindings(history, version, marks),
    ...(maxResumeMb === undefined ? [] : memoryFindings(bytes, maxResumeMb)),
    ...(isLoaded(history, version) ? ownershipFindings(history, version, marks) : []),
  ];
  return { history, findings, marks };
}

/** A paginated rollout is newer than the version, which reads it like a legacy one or not at all. */
function notFollowed({ meta }: RolloutHistory, place: Place | null): RawFinding[] {
  if (meta?.history_mode !== 'paginated') return [];
  return [rawFinding('newer-records', 'the rollout is paginated, which is followed since Codex 0.145.0 only', place)];
}
