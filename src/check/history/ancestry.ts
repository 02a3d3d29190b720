import type { RolloutHistory } from '../../history/read-history.ts';
import type { Landmarks } from '../lines/landmarks.ts';
import { type RawFinding, rawFinding } from '../raw-finding.ts';

/** Whether the rollout begins with its session_meta. */
export function headFindings({ meta, holdsMeta, beforeMeta }: RolloutHistory, marks: Landmarks): RawFinding[] {
  if (!holdsMeta) return [rawFinding('missing-session-meta', 'there is no session_meta in it', marks.first)];
  if (meta && beforeMeta === 'nothing') return [];
  const what = meta ? 'lines that are no records stand' : 'another record stands';
  return [rawFinding('late-session-meta', `${what} before the session_meta`, marks.first)];
}

/**
 * Whether all of the history of a paginated fork is there. `brokenEnds`: what is wrong
 * with where it refers to; `threads`: those whose rollouts were read.
 */
export function ancestryFindings(
  { missingAncestor }: RolloutHistory,
  brokenEnds: readonly string[],
  threads: ReadonlySet<string>,
  marks: Landmarks,
): RawFinding[] {
  const findings = brokenEnds.map((problem) => rawFinding('broken-ancestry', problem, marks.meta));
  if (missingAncestor === null) return findings;
  if (threads.has(missingAncestor)) {
    const circle = `its history goes round in a circle: it leads back to thread ${missingAncestor}`;
    return [...findings, rawFinding('broken-ancestry', circle, marks.meta)];
  }
  const missing = `a part of its history is in the rollout of thread ${missingAncestor}, which is not here`;
  return [...findings, rawFinding('missing-ancestor', missing, marks.meta)];
}
