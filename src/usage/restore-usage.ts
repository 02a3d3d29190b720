import type { TokenUsageInfo } from '../codex/records/token-count.ts';
import { supportedVersion } from '../codex/version.ts';
import { RolloutFinder } from '../history/finder.ts';
import { sourceOf } from '../history/source.ts';
import { filesOf, historyBaseOf } from '../history/thread-history.ts';
import { type OpenRollout, openRollout } from '../rollout/lines/open-rollout.ts';
import { contextLeftPercent } from './context-left.ts';
import { missingHistory, type Notice, noticeKinds } from './notice.ts';
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
  return restoreUsageOf(path, await openRollout(path), new RolloutFinder(version, options.codexHome));
}

/** The same for a rollout that is already open, which it closes. `path` is what the answer calls it. */
export async function restoreUsageOf(path: string, opened: OpenRollout, finder: RolloutFinder): Promise<RestoredUsage> {
  const { version } = finder;
  const own = await searchRollout(path, sourceOf(opened), version);
  const parts = [own];
  const notices = [...own.notices];
  if (own.found || !historyBaseOf(own.head.meta, version)) return answer(own, parts, own, notices);
  const { segments, problem } = await filesOf(path, own.head, finder);
  let last = own;
  for (const { path: ancestor, wanted } of segments.toReversed().slice(1)) {
    last = await searchRollout(ancestor, sourceOf(await openRollout(ancestor)), version, wanted ?? undefined);
    parts.push(last);
    notices.push(...last.notices);
    if (last.found) return answer(own, parts, last, notices);
  }
  if (problem) notices.push(missingHistory(problem));
  return answer(own, parts, last, notices);
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
    threadId: own.head.meta?.id ?? null,
    cliVersion: own.head.meta?.cli_version ?? null,
    historyMode: own.head.meta?.history_mode ?? 'legacy',
    forkedFromId: own.head.meta?.forked_from_id ?? null,
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
