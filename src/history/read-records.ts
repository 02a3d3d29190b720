import { readsModesAlike } from '../codex/line-reading.ts';
import type { ByteProbe, Line } from '../rollout/lines/line.ts';
import { openRollout } from '../rollout/lines/open-rollout.ts';
import { scanForward } from '../rollout/lines/scan-forward.ts';
import { lineDecoder } from '../rollout/records/decode-line.ts';
import { isItem, type RolloutItem, type RolloutRecord } from '../rollout/records/record.ts';
import { bytesOf, closeSource, type RolloutSource, sourceOf } from './source.ts';
import type { Segment, ThreadHistory } from './thread-history.ts';

/** Looks at a history while it is read, from its root to its end. Nothing that it is shown is kept for it. */
export interface HistoryVisitor {
  /** A rollout of the history begins; `isOwn`: it is the last one, the rollout itself. */
  onSegment?(segment: Segment, isOwn: boolean): void;
  /** A line that Codex decodes. */
  onItem?(item: RolloutItem, line: Line): void;
  /** Every line. `record`: null for a blank line, and for one that is too long to be held. */
  onLine?(line: Line, record: RolloutRecord | null): void;
  /** A rollout of the history is at its end. `bytes`: how many of it were there to be read. */
  onSegmentEnd?(segment: Segment, bytes: number): void;
}

const LONGEST_LINE = 256 * 1024 * 1024;
const nothing: ByteProbe = { reach: 1, matches: () => false };

/**
 * Reads all of a history once, forward, its ancestors' part first, and closes it. Lines are decoded as the history's
 * version decodes them; where `kinds` are given, those of other kinds are only skimmed (`lineDecoder`) once an item came that
 * is no session_meta.
 * @throws {NotARollout}, {FileShrank} or the system's error
 */
export async function readRecords(
  history: ThreadHistory,
  visitors: readonly HistoryVisitor[],
  kinds: ReadonlySet<string> | null = null,
): Promise<void> {
  const own = history.segments.at(-1);
  try {
    for (const segment of history.segments) {
      const isOwn = segment === own;
      const source = isOwn ? history.source : sourceOf(await openRollout(segment.path));
      try {
        for (const visitor of visitors) visitor.onSegment?.(segment, isOwn);
        const bytes = await readSegment(segment, source, history, visitors, kinds);
        for (const visitor of visitors) visitor.onSegmentEnd?.(segment, bytes);
      } finally {
        if (!isOwn) closeSource(source);
      }
    }
  } finally {
    closeSource(history.source);
  }
}

/** @returns how many bytes were there */
async function readSegment(
  { head, wanted }: Segment,
  source: RolloutSource,
  { version }: ThreadHistory,
  visitors: readonly HistoryVisitor[],
  kinds: ReadonlySet<string> | null,
): Promise<number> {
  const mode = head.meta?.history_mode ?? 'legacy';
  // The head was read like that of a legacy rollout.
  const metaLine = kinds || mode === 'legacy' || readsModesAlike(version) ? head.metaLine : null;
  const decode = lineDecoder(version, mode, kinds);
  // What a rollout begins with tells whose it is.
  let decodeNext = lineDecoder(version, mode);
  let bytes = 0;
  const end = wanted ?? Number.POSITIVE_INFINITY;
  for await (const lines of scanForward(bytesOf(source, end), { probe: nothing, holdBytes: LONGEST_LINE })) {
    for (const line of lines) {
      bytes = line.offset + line.length + (line.terminated ? 1 : 0);
      const record = line.offset === metaLine?.offset ? metaLine.record : decodeNext(line);
      if (record && isItem(record) && record.kind !== 'session_meta') decodeNext = decode;
      for (const visitor of visitors) visitor.onLine?.(line, record);
      if (record && isItem(record)) for (const visitor of visitors) visitor.onItem?.(record, line);
    }
  }
  return bytes;
}
