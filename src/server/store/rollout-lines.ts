import type { CodexVersion } from '../../codex/version.ts';
import type { ByteProbe } from '../../rollout/lines/line.ts';
import { openRollout } from '../../rollout/lines/open-rollout.ts';
import { readForward } from '../../rollout/lines/random-access.ts';
import { scanForward } from '../../rollout/lines/scan-forward.ts';
import { type RecordDecoder, type RolloutItem, recordDecoder } from '../../rollout/records/record.ts';

/** A line that Codex decodes, and where it stands. */
export interface ItemLine {
  readonly item: RolloutItem;
  /** Without the line end. Valid until the next line is asked for. */
  readonly bytes: Buffer;
  /** Of its first byte. */
  readonly offset: number;
  /** Of the first byte after it and its line end. */
  readonly end: number;
}

const BLOCK = 256 * 1024;
const LONGEST_LINE = 256 * 1024 * 1024;
const nothing: ByteProbe = { reach: 1, matches: () => false };

/**
 * The lines of the rollout at `path`, without its ancestors', that `readHistory` makes items of, in the same order.
 * @throws {NotARollout} or the system's error
 */
export async function* itemLines(path: string, version: CodexVersion): AsyncGenerator<ItemLine> {
  let decode: RecordDecoder = recordDecoder(version, 'legacy');
  let isFirst = true;
  const rollout = await openRollout(path);
  try {
    const chunks = rollout.kind === 'stream' ? rollout.chunks : readForward(rollout.file, rollout.file.size, BLOCK);
    for await (const lines of scanForward(chunks, { probe: nothing, holdBytes: LONGEST_LINE })) {
      for (const { bytes, offset, length, terminated } of lines) {
        const item = bytes && decode(bytes);
        if (!item || item.kind === 'unreadable' || item.kind === 'dropped' || item.kind === 'unknown') continue;
        if (isFirst && item.kind === 'session_meta') decode = recordDecoder(version, item.meta.history_mode);
        isFirst = false;
        yield { item, bytes, offset, end: offset + length + (terminated ? 1 : 0) };
      }
    }
  } finally {
    if (rollout.kind === 'file') await rollout.file.close();
  }
}
