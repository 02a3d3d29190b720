import { historyBaseOf, type SessionMeta } from '../codex/records/session-meta.ts';
import type { CodexVersion } from '../codex/version.ts';
import { bytePrefix } from '../rollout/lines/byte-prefix.ts';
import { type ByteProbe, isBlank, type Line } from '../rollout/lines/line.ts';
import { type OpenRollout, openRollout } from '../rollout/lines/open-rollout.ts';
import { readForward } from '../rollout/lines/random-access.ts';
import { scanForward } from '../rollout/lines/scan-forward.ts';
import { type RecordDecoder, type RolloutItem, type RolloutRecord, recordDecoder } from '../rollout/records/record.ts';
import { findAncestor } from './find-ancestor.ts';

/** All that Codex reads of a rollout. */
export interface RolloutHistory {
  readonly path: string;
  /** Null when the rollout does not begin with one: then Codex does not load it. */
  readonly meta: SessionMeta | null;
  /** The lines that Codex decodes, in order; for a paginated fork its ancestors' first. */
  readonly items: readonly RolloutItem[];
  /** How many of these came from ancestors. */
  readonly inherited: number;
  /** What stands before the session_meta, blank lines aside. */
  readonly beforeMeta: 'nothing' | 'garbage';
  /** Whether a session_meta stands anywhere in it. */
  readonly holdsMeta: boolean;
  /** Whether it has lines other than blank ones. */
  readonly holdsText: boolean;
  /** A line makes Codex refuse the rollout as a whole: invalid UTF-8. */
  readonly isRefused: boolean;
  /** The thread whose rollout `history_base` refers to, but which is not there. */
  readonly missingAncestor: string | null;
}

/** Told, while a history is read, what the history does not hold. `path` is that of the rollout or of an ancestor. */
export interface HistoryObserver {
  /** Every line: those of the rollout first, then those of its parent, and so on. `record`: null for a blank line, and for one that is too long to be held. */
  readonly onLine?: (path: string, line: Line, record: RolloutRecord | null) => void;
  /** A line that is no item: `record` says why; null when the line is too long to be held. */
  readonly onSkipped?: (path: string, line: Line, record: SkippedRecord | null) => void;
  /** A fork refers to the first `wanted` bytes of an ancestor, which has only `bytes`. */
  readonly onShortAncestor?: (path: string, bytes: number, wanted: number) => void;
}

/** A line that Codex passes over, blank ones aside. */
export type SkippedRecord = Exclude<RolloutRecord, RolloutItem>;

const BLOCK = 256 * 1024;
const LONGEST_LINE = 256 * 1024 * 1024;
const nothing: ByteProbe = { reach: 1, matches: () => false };

/**
 * Reads a whole rollout, and the ancestors of a paginated fork, as Codex `version` does.
 * @throws {NotARollout} or the system's error
 */
export async function readHistory(path: string, version: CodexVersion, codexHome?: string): Promise<RolloutHistory> {
  return readHistoryOf(path, await openRollout(path), version, codexHome);
}

/** The same for a rollout that is already open, which it closes. `path` is what the history calls it. */
export async function readHistoryOf(
  path: string,
  rollout: OpenRollout,
  version: CodexVersion,
  codexHome?: string,
  observer?: HistoryObserver,
): Promise<RolloutHistory> {
  const { bytes: _, ...own } = await readItems(path, rollout, version, Number.POSITIVE_INFINITY, observer);
  const history = { path, ...own, inherited: 0, missingAncestor: null };
  const visited = new Set([own.meta?.id]);
  const ancestors: RolloutItem[][] = [];
  let at = path;
  for (let base = historyBaseOf(own.meta, version); base; ) {
    const ancestor = visited.has(base.thread_id)
      ? undefined
      : await findAncestor(at, base.thread_id, codexHome, version);
    if (!ancestor) return { ...history, missingAncestor: base.thread_id };
    visited.add(base.thread_id);
    const wanted = Number(base.end_byte_offset);
    const part = await readItems(ancestor, await openRollout(ancestor), version, wanted, observer);
    if (part.bytes < wanted) observer?.onShortAncestor?.(ancestor, part.bytes, wanted);
    ancestors.unshift(part.items);
    at = ancestor;
    base = historyBaseOf(part.meta, version);
  }
  const inherited = ancestors.flat();
  return { ...history, items: [...inherited, ...own.items], inherited: inherited.length };
}

type Items = Pick<RolloutHistory, 'meta' | 'beforeMeta' | 'holdsMeta' | 'holdsText' | 'isRefused'> & {
  readonly items: RolloutItem[];
  readonly bytes: number;
};

/** Reads the first `end` bytes of a rollout and closes it. */
async function readItems(
  path: string,
  rollout: OpenRollout,
  version: CodexVersion,
  end: number,
  observer: HistoryObserver | undefined,
): Promise<Items> {
  let decode: RecordDecoder = recordDecoder(version, 'legacy');
  const items: RolloutItem[] = [];
  let meta: SessionMeta | null = null;
  let beforeMeta: 'nothing' | 'garbage' = 'nothing';
  let isRefused = false;
  let holdsText = false;
  let size = 0;
  try {
    for await (const lines of scanForward(bytesOf(rollout, end), { probe: nothing, holdBytes: LONGEST_LINE })) {
      for (const line of lines) {
        const { bytes } = line;
        size = line.offset + line.length + (line.terminated ? 1 : 0);
        const record = bytes && !isBlank(bytes) ? decode(bytes) : null;
        observer?.onLine?.(path, line, record);
        if (!bytes) observer?.onSkipped?.(path, line, null);
        if (!record) continue;
        holdsText = true;
        if (record.kind === 'unreadable') isRefused ||= record.refusesAll;
        if (record.kind === 'unreadable' || record.kind === 'dropped' || record.kind === 'unknown') {
          if (items.length === 0) beforeMeta = 'garbage';
          observer?.onSkipped?.(path, line, record);
          continue;
        }
        if (items.length === 0 && record.kind === 'session_meta') {
          meta = record.meta;
          decode = recordDecoder(version, meta.history_mode);
        }
        items.push(record);
      }
    }
  } finally {
    if (rollout.kind === 'file') await rollout.file.close();
  }
  const holdsMeta = items.some(({ kind }) => kind === 'session_meta');
  return { meta, items, bytes: size, beforeMeta, holdsMeta, holdsText, isRefused };
}

function bytesOf(rollout: OpenRollout, end: number): AsyncIterable<Buffer> {
  if (rollout.kind === 'stream') return bytePrefix(rollout.chunks, end);
  return readForward(rollout.file, Math.min(end, rollout.file.size), BLOCK);
}
