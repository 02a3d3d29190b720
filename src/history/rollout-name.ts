/** What Codex writes into a rollout's file name (docs/codex.md 5.1). Ids are in lower case. */
export interface RolloutName {
  /** Local time of the start, `YYYY-MM-DDThh-mm-ss`: sorts as text. */
  readonly startedAt: string;
  readonly threadId: string;
  /** Names this file among all: the thread id for a thread's first rollout, another one after a `thread/revert`. */
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
  const [, startedAt = '', threadId = '', suffix] = match;
  return { startedAt, threadId: threadId.toLowerCase(), rolloutId: (suffix ?? threadId).toLowerCase() };
}

/** Older before newer: by time, then by rollout id, which begins with the time as well. */
export function compareRolloutNames(a: RolloutName, b: RolloutName): number {
  return compareText(a.startedAt, b.startedAt) || compareText(a.rolloutId, b.rolloutId);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
