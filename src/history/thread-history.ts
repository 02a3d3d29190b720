import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { eraOf } from '../codex/era.ts';
import type { HistoryBase, SessionMeta } from '../codex/records/session-meta.ts';
import type { CodexVersion } from '../codex/version.ts';
import { type OpenRollout, openRollout } from '../rollout/lines/open-rollout.ts';
import type { RolloutFinder } from './finder.ts';
import { type Head, readHead } from './head.ts';
import { codexHomeOf, isArchived } from './homes.ts';
import { closeSource, type RolloutSource, sourceOf } from './source.ts';

/** One rollout of a thread's history, or the part of an ancestor's that belongs to it. */
export interface Segment {
  readonly path: string;
  readonly head: Head;
  /** How many of its bytes belong to the history; null: all of them. */
  readonly wanted: number | null;
  /** What it refers to in turn. */
  readonly base: HistoryBase | null;
}

/** Why a part of a history cannot be read. */
export interface HistoryProblem {
  readonly kind: 'missing' | 'circle' | 'of another thread' | 'unreadable';
  /** The rollout that is referred to: its id. */
  readonly rolloutId: string;
  /** The rollout that refers to it. */
  readonly referredFrom: string;
  /** Of an unreadable one: where it stands, and why it cannot be read. */
  readonly reason: string | null;
}

/** All files that hold the history of one thread, as one Codex version follows them (docs/codex.md 4.2, 5.3). */
export interface ThreadHistory {
  readonly path: string;
  readonly version: CodexVersion;
  /** The root first, the rollout at `path` itself last. */
  readonly segments: readonly [...Segment[], Segment];
  readonly head: Head;
  /** What the rollout says of its thread; null when it does not begin with a session_meta. */
  readonly meta: SessionMeta | null;
  /** What is wrong with the ancestors; null when all of them are there. */
  readonly problem: HistoryProblem | null;
  readonly isArchived: boolean;
  /** A link brings the rollout in from outside its Codex home. */
  readonly isLinked: boolean;
  /** The rollout itself, which is open; what reads it closes it. */
  readonly source: RolloutSource;
}

/**
 * What a paginated rollout refers to. Codex ignores it in a legacy one (docs/codex.md 4.5), and in versions that do not
 * follow it.
 */
export function historyBaseOf(meta: SessionMeta | null, version: CodexVersion): HistoryBase | null {
  return meta?.history_mode === 'paginated' && eraOf(version).followsHistoryBase ? meta.history_base : null;
}

/**
 * Walks over the files of the thread whose rollout stands at `path`. The one rule for what is missing, and for circles:
 * there the walk ends, and the history says so.
 * @param opened the rollout, where it is open already, for example standard input
 * @throws {NotARollout}, {FileShrank} or the system's error, about the rollout itself
 */
export async function threadHistory(path: string, finder: RolloutFinder, opened?: OpenRollout): Promise<ThreadHistory> {
  const { version } = finder;
  const source = sourceOf(opened ?? (await openRollout(path)));
  try {
    const head = await readHead(source, version);
    const isPiped = path === '-';
    if (!isPiped) finder.learn(path, head);
    const { segments, problem } = await filesOf(path, head, finder);
    const isLinked = !isPiped && leadsOutOfHome(path, finder);
    const archived = !isPiped && isArchived(path);
    return { path, version, segments, head, meta: head.meta, problem, isArchived: archived, isLinked, source };
  } catch (error) {
    closeSource(source);
    throw error;
  }
}

/** The files of a thread whose rollout at `path` begins with `head`, and what is wrong with them. */
export async function filesOf(
  path: string,
  head: Head,
  finder: RolloutFinder,
): Promise<Pick<ThreadHistory, 'segments' | 'problem'>> {
  const base = historyBaseOf(head.meta, finder.version);
  const segments: [...Segment[], Segment] = [{ path, head, wanted: null, base }];
  return { segments, problem: await walkBack(segments, finder) };
}

/** Puts the ancestors in front. Null when all of them are there. */
async function walkBack(segments: Segment[], finder: RolloutFinder): Promise<HistoryProblem | null> {
  const visited = new Set<string>();
  for (let base = segments[0]?.base; base; base = segments[0]?.base) {
    const { path: referredFrom } = segments[0] as Segment;
    const { thread_id: rolloutId } = base;
    const problem = (kind: HistoryProblem['kind'], reason: string | null = null) => ({
      kind,
      rolloutId,
      referredFrom,
      reason,
    });
    const found = await finder.findReferenced(referredFrom, rolloutId);
    if (found.kind !== 'found') return problem(found.kind);
    if (visited.has(found.path) || found.path === segments.at(-1)?.path) return problem('circle');
    visited.add(found.path);
    try {
      const head = await finder.head(found.path);
      const wanted = Number(base.end_byte_offset);
      segments.unshift({ path: found.path, head, wanted, base: historyBaseOf(head.meta, finder.version) });
    } catch (error) {
      return problem('unreadable', `${found.path} ${error instanceof Error ? error.message : error}`);
    }
  }
  return null;
}

function isWithin(place: string | null, folder: string): boolean {
  return place === folder || (place?.startsWith(folder + sep) ?? false);
}

/** Whether links lead from `path`, which lies in a Codex home, to a file outside of the home's own folder. */
function leadsOutOfHome(path: string, finder: RolloutFinder): boolean {
  const home = codexHomeOf(path);
  if (home === undefined) return false;
  try {
    const isLink = lstatSync(path).isSymbolicLink();
    const place = isLink ? dirname(realpathSync(path)) : finder.folders.of(dirname(path));
    const folders = ['sessions', 'archived_sessions'].map((folder) => finder.folders.of(join(home, folder)));
    return !folders.some((folder) => folder !== null && isWithin(place, folder));
  } catch {
    return false;
  }
}
