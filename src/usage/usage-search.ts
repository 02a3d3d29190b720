import { eraOf } from '../codex/era.ts';
import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { TokenUsageInfo } from '../codex/records/token-count.ts';
import type { CodexVersion } from '../codex/version.ts';
import type { RandomAccess } from '../rollout/lines/random-access.ts';
import { scanBackward } from '../rollout/lines/scan-backward.ts';
import { scanForward } from '../rollout/lines/scan-forward.ts';
import { tokenCountProbe } from '../rollout/lines/token-count-probe.ts';
import { lineDecoder } from '../rollout/records/decode-line.ts';
import { judgeLine, LONGEST_RECORD } from './judge-line.ts';
import { Tail } from './tail.ts';

/** The usage that resume and fork restore, and where its record stands. */
export interface FoundUsage {
  readonly info: TokenUsageInfo;
  readonly timestamp: string;
  /** Of the record's line, in bytes. */
  readonly byteOffset: number;
  /** The last turn that starts before it, if that was looked for and there is one. */
  readonly turnId: string | null;
}

export interface SearchResult {
  readonly found: FoundUsage | null;
  /** The lines behind it; the whole rollout when nothing was found. */
  readonly tail: Tail;
}

/**
 * Finds the last `token_count` with usage in the first `end` bytes of `file`, reading backward from there: the cost
 * follows its distance from `end`, not the size of the file. Only the last one counts; nothing is added up
 * (docs/codex.md 4.1, 4.5). In a fork that copied its history it reads on to the start of the record's turn. `meta`:
 * the rollout's head.
 */
export function searchBackward(
  file: RandomAccess,
  path: string,
  end: number,
  version: CodexVersion,
  meta: SessionMeta | null,
): SearchResult {
  const decode = lineDecoder(version, meta?.history_mode ?? 'legacy');
  const stopsAtMeta = endsAtMeta(version, meta);
  const wantsTurn = meta !== null && meta.forked_from_id !== null && meta.history_mode === 'legacy';
  const tail = new Tail(path, 'backward');
  let found: FoundUsage | null = null;
  for (const lines of scanBackward(file, end, { probe: tokenCountProbe, holdBytes: LONGEST_RECORD })) {
    for (const line of lines) {
      if (found && !line.bytes?.includes(TURN_START)) continue;
      const judgement = judgeLine(line, decode);
      if (found) {
        if (judgement.kind === 'turn') return { found: { ...found, turnId: judgement.turnId }, tail };
      } else if (judgement.kind === 'usage') {
        found = { info: judgement.info, timestamp: judgement.timestamp, byteOffset: line.offset, turnId: null };
        if (!wantsTurn) return { found, tail };
      } else {
        tail.add(line, judgement);
        if (judgement.kind === 'session-meta' && stopsAtMeta) return { found, tail };
      }
    }
  }
  return { found, tail };
}

const TURN_START = '_started"';

/** Whether Codex reads a paginated rollout backward, and so no further than to the last session_meta. */
function endsAtMeta(version: CodexVersion, meta: SessionMeta | null): boolean {
  return meta?.history_mode === 'paginated' && eraOf(version).paginated === 'followed';
}

/** The same for bytes that can be read only once and in order. */
export async function searchForward(
  chunks: AsyncIterable<Buffer>,
  path: string,
  version: CodexVersion,
  meta: SessionMeta | null,
): Promise<SearchResult & { bytes: number }> {
  const decode = lineDecoder(version, meta?.history_mode ?? 'legacy');
  const stopsAtMeta = endsAtMeta(version, meta);
  let tail = new Tail(path, 'forward');
  let found: FoundUsage | null = null;
  let turnId: string | null = null;
  let bytes = 0;
  for await (const lines of scanForward(chunks, { probe: tokenCountProbe, holdBytes: LONGEST_RECORD })) {
    for (const line of lines) {
      bytes = line.offset + line.length + (line.terminated ? 1 : 0);
      const judgement = judgeLine(line, decode);
      if (judgement.kind === 'turn') turnId = judgement.turnId;
      if (judgement.kind === 'session-meta' && stopsAtMeta) {
        found = null;
        tail = new Tail(path, 'forward');
      }
      if (judgement.kind === 'usage') {
        found = { info: judgement.info, timestamp: judgement.timestamp, byteOffset: line.offset, turnId };
        tail = new Tail(path, 'forward');
      } else tail.add(line, judgement);
    }
  }
  return { found, tail, bytes };
}
