import type { CodexVersion } from '../codex/version.ts';
import type { ByteProbe } from '../rollout/lines/line.ts';
import type { RandomAccess } from '../rollout/lines/random-access.ts';
import { scanBackward } from '../rollout/lines/scan-backward.ts';
import { isItem, recordDecoder } from '../rollout/records/record.ts';

/** What the end of a rollout says about its session. */
export interface LastRecords {
  /** When the last record was written, as it says itself. Null when none is near the end. */
  readonly updatedAt: string | null;
  /** A turn was begun and has not ended. */
  readonly inProgress: boolean;
}

/** How far from the end it is looked: beyond that a session counts as one at rest. */
const SEARCHED_BYTES = 1024 * 1024;
const SEARCHED_LINES = 200;
const LONGEST_LINE = 256 * 1024;
const nothing: ByteProbe = { reach: 1, matches: () => false };

/** Reads a rollout's last records, backward, until one says whether a turn is running. @throws {FileShrank} */
export function lastRecords(
  file: RandomAccess,
  version: CodexVersion,
  historyMode: 'legacy' | 'paginated',
): LastRecords {
  const decode = recordDecoder(version, historyMode);
  let updatedAt: string | null = null;
  let seen = 0;
  for (const lines of scanBackward(file, file.size, { probe: nothing, holdBytes: LONGEST_LINE })) {
    for (const { bytes, offset } of lines) {
      if (file.size - offset > SEARCHED_BYTES || seen++ > SEARCHED_LINES) return { updatedAt, inProgress: false };
      const record = bytes && decode(bytes);
      if (!record || !isItem(record)) continue;
      updatedAt ??= record.timestamp;
      if (record.kind === 'task_started') return { updatedAt, inProgress: true };
      if (record.kind === 'task_complete' || record.kind === 'turn_aborted') return { updatedAt, inProgress: false };
    }
  }
  return { updatedAt, inProgress: false };
}
