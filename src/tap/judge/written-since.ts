import { openRandomAccess } from '../../rollout/lines/random-access.ts';

/** How much of the end of a rollout is looked at, in bytes. */
const TAIL = 256 * 1024;

/** How many `token_count` records with usage a rollout gained since a time (milliseconds since 1970), by their timestamps. */
export function tokenCountsSince(path: string, since: number): number {
  const file = openRandomAccess(path);
  try {
    const tail = Buffer.alloc(Math.min(TAIL, file.size));
    file.read(tail, file.size - tail.length);
    return tail
      .toString('utf8')
      .split('\n')
      .filter((line) => line.includes('"token_count"') && isWrittenSince(line, since)).length;
  } finally {
    file.close();
  }
}

function isWrittenSince(line: string, since: number): boolean {
  try {
    const { timestamp, payload } = JSON.parse(line);
    return payload?.type === 'token_count' && payload.info !== null && Date.parse(timestamp) >= since;
  } catch {
    return false;
  }
}
