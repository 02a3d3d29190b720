import { isJsonObject, jsonValue } from '../../json/json-value.ts';
import type { ByteProbe } from '../../rollout/lines/line.ts';
import { openRandomAccess } from '../../rollout/lines/random-access.ts';
import { scanBackward } from '../../rollout/lines/scan-backward.ts';
import type { RolloutEnd } from './rollout-writer.ts';

const LONGEST_LINE = 256 * 1024 * 1024;
const nothing: ByteProbe = { reach: 1, matches: () => false };

/**
 * Where the rollout file at `path` ends. In a paginated one the last line with an ordinal counts, whether Codex knows
 * its kind or not.
 * @throws the system's error
 */
export async function rolloutEnd(path: string, isPaginated: boolean): Promise<RolloutEnd> {
  const file = await openRandomAccess(path);
  try {
    let before: RolloutEnd['before'] | undefined;
    for await (const lines of scanBackward(file, file.size, { probe: nothing, holdBytes: LONGEST_LINE })) {
      for (const { bytes, terminated } of lines) {
        before ??= terminated ? '' : '\n';
        if (!isPaginated) return { nextOrdinal: null, before };
        const last = bytes && ordinalOf(bytes);
        if (typeof last === 'bigint') return { nextOrdinal: last + 1n, before };
      }
    }
    return { nextOrdinal: isPaginated ? 0n : null, before: before ?? '' };
  } finally {
    await file.close();
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
