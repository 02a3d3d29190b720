import type { HistoryFacts } from '../../lifecycle/facts.ts';
import type { Landmarks } from '../lines/landmarks.ts';
import { type RawFinding, rawFinding } from '../raw-finding.ts';

/** Whether the rollout begins with its session_meta. */
export function headFindings({ history: { head }, meta }: HistoryFacts, marks: Landmarks): RawFinding[] {
  if (!meta) {
    // That has been told where it stands.
    if (marks.droppedMeta) return [];
    return [rawFinding('missing-session-meta', 'there is no session_meta in it', marks.first)];
  }
  if (head.firstLine === 'session_meta') return [];
  const what = head.firstLine === 'another record' ? 'another record stands' : 'lines that are no records stand';
  return [rawFinding('late-session-meta', `${what} before the session_meta`, marks.first)];
}

/**
 * Whether all of the history of a paginated thread is there. `brokenEnds`: what is wrong with where rollouts refer to.
 */
export function ancestryFindings(
  { history: { problem } }: HistoryFacts,
  brokenEnds: readonly string[],
  marks: Landmarks,
): RawFinding[] {
  const findings = brokenEnds.map((each) => rawFinding('broken-ancestry', each, marks.meta));
  if (problem === null) return findings;
  switch (problem.kind) {
    case 'circle': {
      const circle = `its history goes round in a circle: it leads back to rollout ${problem.rolloutId}`;
      return [...findings, rawFinding('broken-ancestry', circle, marks.meta)];
    }
    case 'unreadable':
      return [
        ...findings,
        rawFinding('missing-ancestor', `a part of its history cannot be read: ${problem.reason}`, marks.meta),
      ];
    default: {
      const missing = `a part of its history is in the rollout of thread ${problem.rolloutId}, which is not here`;
      return [...findings, rawFinding('missing-ancestor', missing, marks.meta)];
    }
  }
}
