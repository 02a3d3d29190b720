import { openRandomAccess } from '../../rollout/lines/random-access.ts';

/** How much of the end of a rollout is looked at, in bytes. */
const TAIL = 256 * 1024;

/**
 * How many `token_count` records with usage a rollout gained since a time (milliseconds since 1970), by their timestamps,
 * before the next turn began: what a turn writes is its own.
 */
export function tokenCountsSince(path: string, since: number): number {
  const file = openRandomAccess(path);
  try {
    const tail = Buffer.alloc(Math.min(TAIL, file.size));
    file.read(tail, file.size - tail.length);
    let gained = 0;
    for (const line of tail.toString('utf8').split('\n')) {
      const kind = kindSince(line, since);
      if (kind === 'task_started') break;
      if (kind === 'token_count') gained++;
    }
    return gained;
  } finally {
    file.close();
  }
}

/** What kind of line it is, where it was written since then and counts here. */
function kindSince(line: string, since: number): 'token_count' | 'task_started' | undefined {
  if (!/"(?:token_count|task_started|turn_started)"/.test(line)) return undefined;
  try {
    const { timestamp, payload } = JSON.parse(line);
    if (Number.isNaN(Date.parse(timestamp)) || Date.parse(timestamp) < since) return undefined;
    if (/^(?:task|turn)_started$/.test(payload?.type)) return 'task_started';
    return payload?.type === 'token_count' && payload.info !== null ? 'token_count' : undefined;
  } catch {
    return undefined;
  }
}
