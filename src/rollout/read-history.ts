import type { CodexVersion } from './codex-version.ts';
import { findAncestor } from './find-ancestor.ts';
import { type ByteProbe, isBlank } from './line.ts';
import { type OpenRollout, openRollout } from './open-rollout.ts';
import { readForward } from './random-access.ts';
import { type RecordDecoder, type RolloutItem, recordDecoder } from './record.ts';
import { scanForward } from './scan-forward.ts';
import type { SessionMeta } from './session-meta.ts';

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

const BLOCK = 256 * 1024;
const LONGEST_LINE = 256 * 1024 * 1024;
const nothing: ByteProbe = { reach: 1, matches: () => false };

/**
 * Reads a whole rollout, and the ancestors of a paginated fork, as Codex `version` does.
 * @throws {NotARollout} or the system's error
 */
export async function readHistory(path: string, version: CodexVersion, codexHome?: string): Promise<RolloutHistory> {
  const own = await readItems(await openRollout(path), version, Number.POSITIVE_INFINITY);
  const history = { path, ...own, inherited: 0, missingAncestor: null };
  const visited = new Set([own.meta?.id]);
  const inherited: RolloutItem[] = [];
  let at = path;
  for (let base = own.meta?.history_base; base; ) {
    const ancestor = visited.has(base.thread_id)
      ? undefined
      : await findAncestor(at, base.thread_id, codexHome, version);
    if (!ancestor) return { ...history, missingAncestor: base.thread_id };
    visited.add(base.thread_id);
    const part = await readItems(await openRollout(ancestor), version, Number(base.end_byte_offset));
    inherited.unshift(...part.items);
    at = ancestor;
    base = part.meta?.history_base ?? null;
  }
  return { ...history, items: [...inherited, ...own.items], inherited: inherited.length };
}

type Items = Pick<RolloutHistory, 'meta' | 'items' | 'beforeMeta' | 'holdsMeta' | 'holdsText' | 'isRefused'>;

/** Reads the first `end` bytes of a rollout and closes it. */
async function readItems(rollout: OpenRollout, version: CodexVersion, end: number): Promise<Items> {
  let decode: RecordDecoder = recordDecoder(version, 'legacy');
  const items: RolloutItem[] = [];
  let meta: SessionMeta | null = null;
  let beforeMeta: 'nothing' | 'garbage' = 'nothing';
  let isRefused = false;
  let holdsText = false;
  try {
    for await (const lines of scanForward(bytesOf(rollout, end), { probe: nothing, holdBytes: LONGEST_LINE })) {
      for (const { bytes } of lines) {
        if (!bytes || isBlank(bytes)) continue;
        holdsText = true;
        const record = decode(bytes);
        if (record.kind === 'unreadable') isRefused ||= record.refusesAll;
        if (record.kind === 'unreadable' || record.kind === 'dropped' || record.kind === 'unknown') {
          if (items.length === 0) beforeMeta = 'garbage';
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
  return { meta, items, beforeMeta, holdsMeta, holdsText, isRefused };
}

function bytesOf(rollout: OpenRollout, end: number): AsyncIterable<Buffer> {
  if (rollout.kind === 'stream') return rollout.chunks;
  return readForward(rollout.file, Math.min(end, rollout.file.size), BLOCK);
}
