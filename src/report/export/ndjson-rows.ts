import type { ExportRow } from '../../accounting/forest/export-rows.ts';
import { ndjsonLines } from '../json.ts';

/**
 * Rows as NDJSON, each once, behind the lines of `before` of which `stays` says so.
 * @param before what the file held; null when it is new
 * @param stays whether an earlier row of a rollout is kept
 */
export async function ndjsonRows(
  before: Buffer | null,
  stays: (rolloutId: string) => boolean,
  rows: readonly ExportRow[],
): Promise<Uint8Array> {
  const line = await ndjsonLines();
  const kept = (before?.toString('utf8') ?? '').split(/(?<=\n)/).filter((earlier) => {
    const [, rolloutId] = /"rolloutId":"([^"]+)"/.exec(earlier) ?? [];
    return earlier.endsWith('\n') && rolloutId !== undefined && stays(rolloutId);
  });
  return Buffer.from([...new Set([...kept, ...rows.map(line)])].join(''));
}
