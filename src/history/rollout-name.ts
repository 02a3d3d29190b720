/** What Codex writes into a rollout's file name (docs/codex.md 5.1). */
export interface RolloutName {
  /** Local time of the start, `YYYY-MM-DDThh-mm-ss`: sorts as text. */
  readonly startedAt: string;
  /** In lower case. */
  readonly threadId: string;
  /** After a `thread/revert` one thread has several rollouts, told apart by this; otherwise empty. */
  readonly rolloutId: string;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const NAME = new RegExp(
  `^rollout-(\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d)-(${UUID})(?:_(${UUID}))?\\.jsonl(?:\\.zst)?$`,
  'i',
);

/** Reads a file name (without folders). Undefined when Codex did not name it. */
export function parseRolloutName(fileName: string): RolloutName | undefined {
  const match = NAME.exec(fileName);
  if (!match) return undefined;
  const [, startedAt = '', threadId = '', rolloutId = ''] = match;
  return { startedAt, threadId: threadId.toLowerCase(), rolloutId: rolloutId.toLowerCase() };
}

/** Older before newer: by time, then by rollout id, then by thread id, which begins with the time as well. */
export function compareRolloutNames(a: RolloutName, b: RolloutName): number {
  return (
    compareText(a.startedAt, b.startedAt) ||
    compareText(a.rolloutId, b.rolloutId) ||
    compareText(a.threadId, b.threadId)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
