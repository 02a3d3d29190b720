import type { TurnFinding } from '../../tap/judge/turn-watch.ts';

/** What is not as it should be in a turn, in one line. */
export function turnFindingLine({ id, severity, threadId, turnId, message, entry }: TurnFinding): string {
  const place = `${entry.connection}, message ${entry.seq}`;
  return `${severity}: ${id}: turn ${turnId || 'without an id'} of thread ${threadId}: ${message} (${place})`;
}
