import { historyBaseOf } from '../codex/records/session-meta.ts';
import type { TokenUsageInfo } from '../codex/records/token-count.ts';
import { type CodexVersion, supportedVersion } from '../codex/version.ts';
import { findAncestor } from '../history/find-ancestor.ts';
import { type OpenRollout, openRollout } from '../rollout/lines/open-rollout.ts';
import { contextLeftPercent } from './context-left.ts';
import { type Notice, noticeKinds } from './notice.ts';
import { type RolloutUsage, searchRollout } from './search-rollout.ts';

/** Why a rollout restores no usage. */
export type NoUsageReason =
  /** It has no `token_count`. */
  | 'no-token-count'
  /** Its `token_count` records carry rate limits only. */
  | 'info-null-only'
  /** Codex drops its `token_count` lines: the notices name the fields. */
  | 'undecodable'
  /** It cannot be told: nothing in it is a record, or a part of the history cannot be read. */
  | 'unreadable';

/** What `usage` answers. Token counts are exact (`bigint`); the JSON form is the same object. */
export interface RestoredUsage {
  readonly path: string;
  /** Size in bytes when it was opened. */
  readonly bytes: number;
  readonly threadId: string | null;
  /** The Codex version that began the rollout. */
  readonly cliVersion: string | null;
  readonly historyMode: 'legacy' | 'paginated';
  readonly forkedFromId: string | null;
  /** What resume and fork restore, in rollout form. */
  readonly tokenUsageInfo: TokenUsageInfo | null;
  /** Where the record stands; `inherited` when it came with the history of the thread that this one was forked from. */
  readonly restoredFrom: {
    readonly path: string;
    readonly byteOffset: number;
    readonly timestamp: string;
    readonly inherited: boolean;
  } | null;
  readonly contextLeftPercent: number | null;
  /** Set when `tokenUsageInfo` is null. */
  readonly reason: NoUsageReason | null;
  readonly notices: readonly Notice[];
}

export interface RestoreOptions {
  /** A Codex home where ancestors of a paginated fork are looked up too, after the rollout's own home and folder. */
  readonly codexHome?: string;
  /** The Codex version whose decoding counts, for example `0.144.6`. Default: the newest that was measured. */
  readonly emulate?: string;
}

/**
 * Finds the TokenUsageInfo that Codex restores when the thread of this rollout is resumed or forked: the last
 * `token_count` that Codex decodes and whose `info` is not null, in the rollout or else in the ancestors that
 * `history_base` refers to (docs/codex.md 4). Reads backward from the end.
 * @throws {RangeError} when `emulate` is no supported version
 * @throws {NotARollout} when `path` is a folder, a device or the like, or the system's error with its `code`
 */
export async function restoreUsage(path: string, options: RestoreOptions = {}): Promise<RestoredUsage> {
  const version = supportedVersion(options.emulate);
  return restoreUsageOf(path, await openRollout(path), version, options.codexHome);
}

/** The same for a rollout that is already open, which it closes. `path` is what the answer calls it. */
export async function restoreUsageOf(
  path: string,
  rollout: OpenRollout,
  version: CodexVersion,
  codexHome?: string,
): Promise<RestoredUsage> {
  const own = await searchRollout(path, rollout, version);
  const parts = [own];
  const notices = [...own.notices];
  let last = own;
  for (let base = historyBaseOf(own.meta, version); base && !last.found; base = historyBaseOf(last.meta, version)) {
    const { thread_id: id } = base;
    const isCycle = parts.some(({ meta }) => meta?.id === id);
    const found = isCycle ? undefined : await openAncestor(last.path, id, codexHome, version);
    if (!found || 'problem' in found) {
      const missing = `its history up to byte ${base.end_byte_offset} is in the rollout of thread ${id}, which is not here`;
      const message = isCycle
        ? `the history goes round in a circle: it refers back to thread ${id}`
        : (found?.problem ?? missing);
      notices.push({
        id: isCycle ? 'broken-ancestry' : 'missing-ancestor',
        message,
        path: last.path,
        byteOffset: null,
      });
      break;
    }
    last = await searchRollout(found.path, found.rollout, version, Number(base.end_byte_offset));
    parts.push(last);
    notices.push(...last.notices);
  }
  return answer(own, parts, last, notices);
}

/** An ancestor's rollout, or why it cannot be read; undefined when there is none. */
async function openAncestor(
  path: string,
  threadId: string,
  codexHome: string | undefined,
  version: CodexVersion,
): Promise<{ path: string; rollout: OpenRollout } | { problem: string } | undefined> {
  const ancestor = await findAncestor(path, threadId, codexHome, version);
  if (!ancestor) return undefined;
  try {
    return { path: ancestor, rollout: await openRollout(ancestor) };
  } catch (error) {
    return { problem: `its history cannot be read: ${ancestor} ${error instanceof Error ? error.message : error}` };
  }
}

function answer(
  own: RolloutUsage,
  parts: readonly RolloutUsage[],
  last: RolloutUsage,
  notices: Notice[],
): RestoredUsage {
  const { found } = last;
  return {
    path: own.path,
    bytes: own.bytes,
    threadId: own.meta?.id ?? null,
    cliVersion: own.meta?.cli_version ?? null,
    historyMode: own.meta?.history_mode ?? 'legacy',
    forkedFromId: own.meta?.forked_from_id ?? null,
    tokenUsageInfo: found?.info ?? null,
    restoredFrom: found && {
      path: last.path,
      byteOffset: found.byteOffset,
      timestamp: found.timestamp,
      inherited: last !== own || own.isCopied,
    },
    contextLeftPercent: found && contextLeftPercent(found.info),
    reason: found ? null : reasonFor(parts, notices),
    notices,
  };
}

function reasonFor(parts: readonly RolloutUsage[], notices: readonly Notice[]): NoUsageReason {
  if (notices.some(({ id }) => noticeKinds[id] === 'partial')) return 'unreadable';
  if (parts.some(({ tail }) => tail.droppedCounts > 0)) return 'undecodable';
  if (parts.some(({ tail }) => tail.nullInfos > 0)) return 'info-null-only';
  const hasRecords = parts.some(({ tail }) => tail.records > 0);
  return hasRecords || notices.length === 0 ? 'no-token-count' : 'unreadable';
}
