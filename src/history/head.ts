import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { CodexVersion } from '../codex/version.ts';
import type { ByteProbe } from '../rollout/lines/line.ts';
import { readForward } from '../rollout/lines/random-access.ts';
import { scanForward } from '../rollout/lines/scan-forward.ts';
import type { ForeignFile } from '../rollout/recognition/foreign-file.ts';
import { RECOGNISED_BYTES, recogniseForeign } from '../rollout/recognition/recognise.ts';
import { lineDecoder } from '../rollout/records/decode-line.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import { type RolloutSource, startOf } from './source.ts';

/** What a rollout begins with, as one version reads it (docs/codex.md 1.4). */
export interface Head {
  /** The first session_meta; null when there is none, or none near the beginning. */
  readonly meta: SessionMeta | null;
  /** The line that it stands in, read like one of a legacy rollout; null where there is none. */
  readonly metaLine: { readonly offset: number; readonly record: RolloutItem } | null;
  /** A `response_item` stands in front of it. */
  readonly isBehindItem: boolean;
  /** The first line that is not blank. */
  readonly firstLine: 'session_meta' | 'another record' | 'undecodable' | 'none';
  /** Where there is no session_meta: why Codex does not take the first line that means to be one; null when there is none. */
  readonly droppedMeta: string | null;
  /** Where there is no session_meta: what the file is, if it is no rollout at all. */
  readonly foreign: ForeignFile | null;
}

/** A session_meta holds the instructions, so it can be long. In bytes. */
const LONGEST_HEAD = 16 * 1024 * 1024;
const BLOCK = 32 * 1024;
const nothing: ByteProbe = { reach: 1, matches: () => false };

/** Reads lines up to the first session_meta, at most the first 16 MiB. @throws {FileShrank} or the system's error */
export async function readHead(source: RolloutSource, version: CodexVersion): Promise<Head> {
  const decode = lineDecoder(version, 'legacy');
  let firstLine: Head['firstLine'] = 'none';
  let isBehindItem = false;
  let droppedMeta: string | null = null;
  const bytes =
    source.kind === 'file'
      ? readForward(source.file, Math.min(source.file.size, LONGEST_HEAD), BLOCK)
      : source.peek(LONGEST_HEAD);
  for await (const lines of scanForward(bytes, { probe: nothing, holdBytes: LONGEST_HEAD })) {
    for (const line of lines) {
      const record = decode(line);
      if (!record) continue;
      if (record.kind === 'session_meta') {
        const isFirst = firstLine === 'none';
        const firstKind = isFirst ? 'session_meta' : firstLine;
        const metaLine = { offset: line.offset, record };
        return { meta: record.meta, metaLine, isBehindItem, firstLine: firstKind, droppedMeta: null, foreign: null };
      }
      if (record.kind === 'dropped' && record.type === 'session_meta') {
        droppedMeta ??= `${record.field}: ${record.problem}`;
      }
      isBehindItem ||= record.kind === 'response_item' || record.kind === 'ghost_snapshot';
      if (firstLine === 'none') firstLine = 'ordinal' in record ? 'another record' : 'undecodable';
    }
  }
  const foreign = recogniseForeign(startOf(source, RECOGNISED_BYTES));
  return { meta: null, metaLine: null, isBehindItem, firstLine, droppedMeta, foreign };
}
