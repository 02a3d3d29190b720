import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { SessionMeta } from '../../codex/records/session-meta.ts';
import { newestCodex } from '../../codex/version.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { isArchived } from '../../history/homes.ts';
import { readRecords } from '../../history/read-records.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import { threadHistory } from '../../history/thread-history.ts';
import { NotARollout } from '../../rollout/lines/open-rollout.ts';

/** A rollout to copy, and the thread it is of. */
export interface PlacedRollout {
  readonly path: string;
  readonly threadId: string;
  /** Null when it does not begin with a session_meta. */
  readonly meta: SessionMeta | null;
  /** It is put among the archived ones: only what is asked for, since the server could not load an ancestor there. */
  readonly isArchived: boolean;
}

/** The thread that is to be replayed. */
export interface Subject {
  readonly path: string;
  readonly threadId: string;
  /** Its rollout, and those of the ancestors that it refers to; the root last. */
  readonly rollouts: readonly PlacedRollout[];
  /** The model providers that these name, in a session_meta or in settings. */
  readonly providers: ReadonlySet<string>;
  /** The one that the thread goes on with: that of its last settings, else of its session_meta. Null: none is named. */
  readonly provider: string | null;
  /** An ancestor that was not found, by its rollout id; null when all are there. */
  readonly missing: string | null;
  /** Of all of these rollouts. */
  readonly bytes: number;
}

/**
 * Finds out which thread the rollout at `path` is of, and what else is needed to load it. Ancestors are also looked up
 * in `codexHome`.
 * @throws {NotARollout} when it is no file, or nobody can tell its thread; or the system's error
 */
export async function subjectOf(path: string, codexHome: string): Promise<Subject> {
  if (!(await stat(path)).isFile()) throw new NotARollout('is not a file, so it cannot be copied');
  const history = await threadHistory(path, new RolloutFinder(newestCodex, codexHome));
  const providers = new Set<string>();
  let provider = history.meta?.model_provider ?? null;
  let isOwn = false;
  await readRecords(history, [
    {
      onSegment: (_, isLast) => {
        isOwn = isLast;
      },
      onItem: (item) => {
        const named = item.kind === 'session_meta' ? item.meta.model_provider : null;
        const set = item.kind === 'thread_settings_applied' ? item.model_provider_id : null;
        for (const each of [named, set]) if (each) providers.add(each);
        if (isOwn && set) provider = set;
      },
    },
  ]);
  const rollouts: PlacedRollout[] = [];
  let bytes = 0;
  for (const { path: file, head } of history.segments.toReversed()) {
    const threadId = head.meta?.id ?? parseRolloutName(basename(file))?.threadId;
    if (threadId === undefined) {
      throw new NotARollout('does not begin with a session_meta, and its name tells no thread id either');
    }
    const isOwn = threadId === (rollouts[0]?.threadId ?? threadId);
    rollouts.push({ path: file, threadId, meta: head.meta, isArchived: isOwn && isArchived(file) });
    bytes += (await stat(file)).size;
  }
  const { threadId } = rollouts[0] as PlacedRollout;
  return { path, threadId, rollouts, providers, provider, missing: history.problem?.rolloutId ?? null, bytes };
}

/**
 * The threads that must be loaded before the subject so that the server's database knows what it inherits, the root first
 * (docs/codex.md 6.4).
 */
export function ancestorsOf({ rollouts, threadId }: Subject): string[] {
  const ids = rollouts.slice(1).map((rollout) => rollout.threadId);
  return [...new Set(ids.reverse())].filter((id) => id !== threadId);
}

/**
 * The threads that a home in use has met, where that matters: only if the rollouts name several model providers (docs/codex.md
 * 8.3). The root first.
 */
export function threadsToMeet(subject: Subject): string[] {
  return subject.providers.size > 1 ? [...ancestorsOf(subject), subject.threadId] : [];
}

/**
 * Whether a thread among these has several rollouts, after a `thread/revert`: then each must be loaded while it is the
 * newest one, by a server of its own.
 */
export function hasGenerations({ rollouts }: Subject): boolean {
  return new Set(rollouts.map((rollout) => rollout.threadId)).size < rollouts.length;
}
