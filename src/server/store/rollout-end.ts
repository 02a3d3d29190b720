import { isJsonObject, jsonValue } from '../../json/json-value.ts';
import type { ByteProbe } from '../../rollout/lines/line.ts';
import { openRandomAccess } from '../../rollout/lines/random-access.ts';
import { scanBackward } from '../../rollout/lines/scan-backward.ts';

const LONGEST_LINE = 256 * 1024 * 1024;
const nothing: ByteProbe = { reach: 1, matches: () => false };

/** Where a rollout ends, and goes on. */
export interface RolloutEnd {
  /** The ordinal of the next line; null in a legacy rollout, whose lines have none. */
  readonly nextOrdinal: bigint | null;
  /** What must stand before the next line: `\n` where the last one is complete but not ended; null: it is cut off. */
  readonly before: '' | '\n' | null;
  /** Of the file, in bytes; missing when it is not known. */
  readonly size?: number;
}

/**
 * Where the rollout file at `path` ends. In a paginated one the last line with an ordinal counts, whether Codex knows
 * its kind or not.
 * @throws the system's error
 */
export async function rolloutEnd(path: string, isPaginated: boolean): Promise<RolloutEnd> {
  const file = await openRandomAccess(path);
  const { size } = file;
  try {
    let before: RolloutEnd['before'] | undefined;
    for await (const lines of scanBackward(file, size, { probe: nothing, holdBytes: LONGEST_LINE })) {
      for (const { bytes, terminated } of lines) {
        if (before === undefined) before = terminated ? '' : isComplete(bytes) ? '\n' : null;
        if (!isPaginated) return { nextOrdinal: null, before, size };
        const last = bytes && ordinalOf(bytes);
        if (typeof last === 'bigint') return { nextOrdinal: last + 1n, before, size };
      }
    }
    return { nextOrdinal: isPaginated ? 0n : null, before: before === undefined ? '' : before, size };
  } finally {
    await file.close();
  }
}

/** Whether a line that no line end follows is whole: Codex counts it then. */
function isComplete(line: Buffer | null): boolean {
  try {
    return line !== null && isJsonObject(jsonValue(line));
  } catch {
    return false;
  }
}

function ordinalOf(line: Buffer): bigint | null {
  try {
    const record = jsonValue(line);
    const ordinal = isJsonObject(record) ? record.ordinal : undefined;
    return typeof ordinal === 'number' || typeof ordinal === 'bigint' ? BigInt(ordinal) : null;
  } catch {
    return null;
  }
}
