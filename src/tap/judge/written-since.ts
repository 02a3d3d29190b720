import { openRandomAccess } from '../../rollout/lines/random-access.ts';

/** How much of the end of a rollout is looked at, in bytes. */
const TAIL = 256 * 1024;

/**
 * How many `token_count` records with usage a rollout gained since a time (milliseconds since 1970), by their timestamps,
 * before the next turn began: what a turn writes is its own. So is what stands before the end of a turn: Codex writes lines
 * and their times a moment after it has told its client (0.169.0).
 */
export function tokenCountsSince(path: string, since: number): number {
  const file = openRandomAccess(path);
  try {
    const tail = Buffer.alloc(Math.min(TAIL, file.size));
    file.read(tail, file.size - tail.length);
    let gained = 0;
    for (const line of tail.toString('utf8').split('\n')) {
      const kind = kindSince(line, since);
      if (kind === 'started') break;
      if (kind === 'ended') gained = 0;
      if (kind === 'token_count') gained++;
    }
    return gained;
  } finally {
    file.close();
  }
}

const KINDS: ReadonlyMap<string, 'token_count' | 'started' | 'ended'> = new Map([
  ['token_count', 'token_count'],
  ['task_started', 'started'],
  ['turn_started', 'started'],
  ['task_complete', 'ended'],
  ['turn_complete', 'ended'],
  ['turn_aborted', 'ended'],
]);
const ONE_OF_THEM = new RegExp(`"(?:${[...KINDS.keys()].join('|')})"`);

/** What kind of line it is, where it was written since then and counts here. */
function kindSince(line: string, since: number): 'token_count' | 'started' | 'ended' | undefined {
  if (!ONE_OF_THEM.test(line)) return undefined;
  try {
    const { timestamp, payload } = JSON.parse(line);
    if (Number.isNaN(Date.parse(timestamp)) || Date.parse(timestamp) < since) return undefined;
    const kind = KINDS.get(payload?.type);
    return kind === 'token_count' && payload.info === null ? undefined : kind;
  } catch {
    return undefined;
  }
}
