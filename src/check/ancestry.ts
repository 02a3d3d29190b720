import type { RolloutHistory } from '../rollout/read-history.ts';
import type { Landmarks } from './landmarks.ts';
import { type RawFinding, rawFinding } from './raw-finding.ts';

/** An ancestor that is shorter than its descendants say. */
export interface ShortAncestor {
  readonly path: string;
  readonly bytes: number;
  readonly wanted: number;
}

/** Whether the rollout begins with its session_meta. */
export function headFindings({ meta, holdsMeta, beforeMeta }: RolloutHistory, marks: Landmarks): RawFinding[] {
  if (!holdsMeta) return [rawFinding('missing-session-meta', 'there is no session_meta in it', marks.first)];
  if (meta && beforeMeta === 'nothing') return [];
  const what = meta ? 'lines that are no records stand' : 'another record stands';
  return [rawFinding('late-session-meta', `${what} before the session_meta`, marks.first)];
}

/** Whether all of the history of a paginated fork is there. `threads`: those whose rollouts were read. */
export function ancestryFindings(
  { missingAncestor }: RolloutHistory,
  shortAncestors: readonly ShortAncestor[],
  threads: ReadonlySet<string>,
  marks: Landmarks,
): RawFinding[] {
  const findings = shortAncestors.map(({ path, bytes, wanted }) =>
    rawFinding(
      'broken-ancestry',
      `its history goes up to byte ${wanted} of ${path}, which has only ${bytes}`,
      marks.meta,
    ),
  );
  if (missingAncestor === null) return findings;
  if (threads.has(missingAncestor)) {
    const circle = `its history goes round in a circle: it leads back to thread ${missingAncestor}`;
    return [...findings, rawFinding('broken-ancestry', circle, marks.meta)];
  }
  const missing = `a part of its history is in the rollout of thread ${missingAncestor}, which is not here`;
  return [...findings, rawFinding('missing-ancestor', missing, marks.meta)];
}
