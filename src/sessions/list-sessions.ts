import { basename, resolve } from 'node:path';
import type { CodexVersion } from '../codex/version.ts';
import { RolloutFinder } from '../history/finder.ts';
import { isArchived, type NamedRollout, rolloutsInHome } from '../history/homes.ts';
import { readSession, type Session } from './session.ts';
import { threadNames } from './thread-names.ts';

/** The first part of an id. */
const SHORTEST_ID = 8;

/** Which sessions are wanted. What is missing does not matter. */
export interface SessionFilter {
  /** With sub-agents and archived sessions. */
  readonly all?: boolean;
  /** Begun in this folder. */
  readonly cwd?: string;
  /** Written to at this time or later. */
  readonly since?: Date;
  /** With this text in the name, the first prompt, the folder or the id, in either case. */
  readonly search?: string;
}

export interface SessionList {
  /** The one that was written to last comes first. */
  readonly sessions: readonly Session[];
  /** How many rollouts were looked at. */
  readonly rollouts: number;
  /** How much of a thread id tells it from all others in the home. */
  readonly idLength: number;
  /** Those that could not be read, with the error. */
  readonly unreadable: readonly { readonly path: string; readonly error: unknown }[];
}

/**
 * The sessions of a Codex home, each thread once, by its newest rollout; a live one counts before an archived one. Reads the beginning and the end of each rollout only.
 * @throws the system's error when a folder of the home cannot be read
 */
export async function listSessions(
  home: string,
  version: CodexVersion,
  filter: SessionFilter = {},
): Promise<SessionList> {
  const names = threadNames(home);
  const finder = new RolloutFinder(version, home);
  const all = [...rolloutsInHome(home, 'sessions'), ...rolloutsInHome(home, 'archived_sessions')];
  const wanted = all.filter(({ path }) => filter.all === true || !isArchived(path));
  const found = new Set<string>();
  const sessions: Session[] = [];
  const unreadable: { path: string; error: unknown }[] = [];
  for (const rollout of wanted) {
    if (found.has(rollout.name.threadId)) continue;
    try {
      const session = await readSession(rollout, finder, names);
      // As Codex looks a thread up: what the file says of itself must agree with its name.
      if (session.meta && session.meta.id !== session.threadId) continue;
      found.add(session.threadId);
      if (isWanted(session, filter)) sessions.push(session);
    } catch (error) {
      unreadable.push({ path: rollout.path, error });
    }
  }
  sessions.sort((a, b) => compareText(b.updatedAt, a.updatedAt) || compareText(basename(b.path), basename(a.path)));
  return { sessions, rollouts: wanted.length, idLength: idLengthOf(all), unreadable };
}

function idLengthOf(rollouts: readonly NamedRollout[]): number {
  const ids = [...new Set(rollouts.map(({ name }) => name.threadId))].sort();
  return ids.reduce((longest, id, i) => Math.max(longest, sharedLength(id, ids[i + 1] ?? '') + 1), SHORTEST_ID);
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function isWanted(session: Session, { all, cwd, since, search }: SessionFilter): boolean {
  if (!all && session.subAgent !== null) return false;
  if (cwd !== undefined && (session.cwd === null || resolve(session.cwd) !== resolve(cwd))) return false;
  if (since && session.updatedAt < since.toISOString()) return false;
  if (search === undefined) return true;
  const wanted = search.toLowerCase();
  const { name, firstPrompt, threadId } = session;
  return [name, firstPrompt, session.cwd, threadId].some((text) => text?.toLowerCase().includes(wanted));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
