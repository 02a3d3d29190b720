import { statSync } from 'node:fs';
import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { RolloutFinder } from '../history/finder.ts';
import { type Head, readHead } from '../history/head.ts';
import { isArchived, type NamedRollout } from '../history/homes.ts';
import { closeSource, sourceOf } from '../history/source.ts';
import { filesOf, historyBaseOf } from '../history/thread-history.ts';
import { openRollout } from '../rollout/lines/open-rollout.ts';
import { firstPrompt } from './first-prompt.ts';
import { lastRecords } from './last-records.ts';

/** A session of a Codex home, as far as the beginning and the end of its rollout tell. */
export interface Session {
  readonly threadId: string;
  /** The rollout that a resume opens: of a reverted thread the newest. */
  readonly path: string;
  /** When it was last written to, as ISO 8601 in UTC. */
  readonly updatedAt: string;
  /** The name that its user gave it. */
  readonly name: string | null;
  /** What its user wrote first; what the thread inherited counts where it has nothing of its own. */
  readonly firstPrompt: string | null;
  readonly cwd: string | null;
  /** The client that started it: `cli`, `vscode`, `exec`, …; null for sub-agents, and where it is not said. */
  readonly client: string | null;
  /** The kind of a sub-agent; null for what is none. */
  readonly subAgent: string | null;
  readonly cliVersion: string | null;
  readonly forkedFromId: string | null;
  /** Size of the rollout in bytes. */
  readonly bytes: number;
  readonly isArchived: boolean;
  /** The thread was reverted, and goes on in another rollout than its first. */
  readonly isReverted: boolean;
  /** A turn was begun and has not ended. */
  readonly inProgress: boolean;
  /** The first record; null when Codex could not load the rollout. */
  readonly meta: SessionMeta | null;
}

/**
 * Reads the beginning and the end of a rollout, whatever its size. Of a compressed one the beginning alone, with the time
 * that the file system knows.
 * @throws {NotARollout} or the system's error with its `code`
 */
export async function readSession(
  { path, name }: NamedRollout,
  finder: RolloutFinder,
  names: ReadonlyMap<string, string>,
): Promise<Session> {
  const source = sourceOf(await openRollout(path));
  try {
    const head = await readHead(source, finder.version);
    const { meta } = head;
    const file = source.kind === 'file' ? source.file : null;
    const end = file && lastRecords(file, finder.version, meta?.history_mode ?? 'legacy');
    const { size, mtime } = statSync(path);
    return {
      threadId: name.threadId,
      path,
      updatedAt: isoTime(end?.updatedAt ?? null) ?? mtime.toISOString(),
      name: names.get(name.threadId) ?? null,
      firstPrompt: (file && (await firstPrompt(file))) ?? (await inheritedPrompt(path, head, finder)),
      cwd: meta?.cwd ?? null,
      client: meta?.client ?? null,
      subAgent: meta?.subagent ?? null,
      cliVersion: meta?.cli_version ?? null,
      forkedFromId: meta?.forked_from_id ?? null,
      bytes: size,
      isArchived: isArchived(path),
      isReverted: name.rolloutId !== name.threadId,
      inProgress: end?.inProgress ?? false,
      meta,
    };
  } finally {
    closeSource(source);
  }
}

/** The first prompt in the rollouts that a paginated one refers to. */
async function inheritedPrompt(path: string, head: Head, finder: RolloutFinder): Promise<string | null> {
  if (!historyBaseOf(head.meta, finder.version)) return null;
  const { segments } = await filesOf(path, head, finder);
  for (const segment of segments.slice(0, -1)) {
    const source = sourceOf(await openRollout(segment.path));
    try {
      const prompt = source.kind === 'file' ? await firstPrompt(source.file) : null;
      if (prompt !== null) return prompt;
    } finally {
      closeSource(source);
    }
  }
  return null;
}

/** A time that a record says, in the one form that sorts as text; null when it is no time. */
function isoTime(text: string | null): string | null {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
