import { answerOf, type VisibleOutcome } from './content.ts';

/** How an answer differs from another one. */
export interface Change {
  readonly kind: 'same' | 'refused' | 'usage-lost' | 'turns-lost' | 'changed';
  /** For a client that relied on the other answer. */
  readonly direction: 'worse' | 'better' | 'neither';
}

/**
 * What became of the answer of `base` in `answer`. It is worse when the thread is refused, when less of the usage that is
 * owed comes (none, or that of another turn), or when turns that are owed are gone. `owed`: by the newest version.
 */
export function changeSince(base: VisibleOutcome, answer: VisibleOutcome, owed: VisibleOutcome): Change {
  if (answerOf(base) === answerOf(answer)) return { kind: 'same', direction: 'neither' };
  const kind = kindOf(base, answer, owed);
  if (kind !== 'changed') return { kind, direction: 'worse' };
  const gain = merit(answer, owed) - merit(base, owed);
  return { kind, direction: gain < 0 ? 'worse' : gain > 0 ? 'better' : 'neither' };
}

function kindOf(before: VisibleOutcome, now: VisibleOutcome, owed: VisibleOutcome): Change['kind'] {
  if (now.error) return before.error ? 'changed' : 'refused';
  if (before.usage && !now.usage && owed.usage) return 'usage-lost';
  if (before.turns.length > 0 && now.turns.length === 0 && owed.turns.length > 0) return 'turns-lost';
  return 'changed';
}

/** How well an answer does what is owed, as a number that serves only to compare. */
function merit(outcome: VisibleOutcome, owed: VisibleOutcome): number {
  if (outcome.error) return 0;
  if (!outcome.usage) return owed.usage ? 1 : 4;
  const isOwed = answerOf({ ...outcome, usage: owed.usage }) === answerOf(outcome);
  return isOwed ? 4 : outcome.usage.turnId === '' ? 2 : 3;
}
