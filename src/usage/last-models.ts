import { statSync } from 'node:fs';
import type { CodexVersion } from '../codex/version.ts';
import { readHead } from '../history/head.ts';
import type { ByteProbe } from '../rollout/lines/line.ts';
import { openRandomAccess } from '../rollout/lines/random-access.ts';
import { scanBackward } from '../rollout/lines/scan-backward.ts';
import { recordDecoder } from '../rollout/records/record.ts';

/** The model of the last turn, and the one of the turns before it. */
export interface ModelChange {
  readonly now: string;
  readonly before: string;
}

/** How far back is looked, in bytes: as far as takes no time that is felt. */
const REACH = 4 * 1024 * 1024;
/** A turn_context holds instructions of the user. In bytes. */
const LONGEST = 1024 * 1024;

const NAME = Buffer.from('"turn_context"');
const probe: ByteProbe = { reach: NAME.length, matches: (bytes) => bytes.includes(NAME) };

/**
 * Whether the turns that end before byte `end` of a rollout used another model before: as their turn_context say, the last 4 MiB of
 * them. Null when they did not, and of a rollout that can be read only in order.
 * @throws {FileShrank} or the system's error
 */
export async function lastModelChange(path: string, end: number, version: CodexVersion): Promise<ModelChange | null> {
  if (path.endsWith('.zst') || !statSync(path).isFile()) return null;
  const file = await openRandomAccess(path);
  try {
    const { meta } = await readHead({ kind: 'file', file }, version);
    const decode = recordDecoder(version, meta?.history_mode ?? 'legacy');
    let now: string | null = null;
    for (const lines of scanBackward(file, end, { probe, holdBytes: LONGEST })) {
      for (const { matched, bytes, offset } of lines) {
        if (offset < end - REACH) return null;
        const record = matched && bytes ? decode(bytes) : null;
        if (record?.kind !== 'turn_context' || record.model === null) continue;
        if (now !== null && record.model !== now) return { now, before: record.model };
        now = record.model;
      }
    }
    return null;
  } finally {
    file.close();
  }
}
