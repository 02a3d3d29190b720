import { basename } from 'node:path';
import { newestCodex } from '../../codex/version.ts';
import { UserError } from '../../errors.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { type NamedRollout, rolloutsInHome } from '../../history/homes.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import { BadThreadId, parseThreadId } from '../../history/thread-id.ts';
import { listSessions } from '../../sessions/list-sessions.ts';
import { threadNames } from '../../sessions/thread-names.ts';

/** The least of a thread id that is looked up: less is rather a file's name that was mistyped. */
const SHORTEST_PREFIX = 4;
const SHOWN_CANDIDATES = 4;

/** A thread id in any form that Codex takes, in the one form; undefined when `text` is none. */
export function threadIdIn(text: string): string | undefined {
  try {
    return parseThreadId(text);
  } catch (error) {
    if (error instanceof BadThreadId) return undefined;
    throw error;
  }
}

/** The rollout of a thread in a Codex home. @throws {UserError} when there is none, or the system's error */
export async function threadPath(threadId: string, codexHome: string): Promise<string> {
  const path = await new RolloutFinder(newestCodex).findThread(codexHome, threadId);
  if (path !== undefined) return path;
  const hint = `looked in sessions and archived_sessions of ${codexHome}; name another with --codex-home`;
  throw new UserError(`no rollout of thread ${threadId}`, { hint });
}

/**
 * What `text` stands for in a Codex home when it is neither a path nor a whole id: the name of a rollout's file, the
 * beginning of a thread id, such an id with `…` in its middle, or the name of a session. Undefined when it is nothing.
 * @throws {UserError} when it stands for several threads, or the system's error
 */
export async function pathInHome(text: string, codexHome: string): Promise<string | undefined> {
  const rollouts = [...rolloutsInHome(codexHome, 'sessions'), ...rolloutsInHome(codexHome, 'archived_sessions')];
  const isFileName = parseRolloutName(text) !== undefined;
  if (isFileName)
    return rollouts.find(({ path }) => basename(path).replace(/\.zst$/, '') === text.replace(/\.zst$/, ''))?.path;
  const ids = idsLike(text, rollouts);
  if (ids.length === 0) ids.push(...idsNamed(text, codexHome));
  if (ids.length > 1) throw ambiguous(text, ids);
  const [only] = ids;
  return only === undefined ? undefined : threadPath(only, codexHome);
}

/** The rollout of the session that was written to last, archived ones and sub-agents aside. @throws {UserError} */
export async function lastPath(codexHome: string, cwd: string | undefined): Promise<string> {
  const { sessions } = await listSessions(codexHome, newestCodex, cwd === undefined ? {} : { cwd });
  const [last] = sessions;
  if (last) return last.path;
  const where = cwd === undefined ? '' : ` that were begun in ${cwd}`;
  throw new UserError(`no sessions${where} in the Codex home ${codexHome}`, {
    hint: 'name another with --codex-home; rollout-inspect sessions --all lists sub-agents and archived ones',
  });
}

function idsLike(text: string, rollouts: readonly NamedRollout[]): string[] {
  const [start = '', end = ''] = text.toLowerCase().split('…');
  const isPart = (part: string) => /^[0-9a-f-]*$/.test(part);
  if (start.length < SHORTEST_PREFIX || !isPart(start) || !isPart(end)) return [];
  const ids = rollouts.map(({ name }) => name.threadId);
  return [...new Set(ids)].filter((id) => id.startsWith(start) && id.endsWith(end)).sort();
}

function idsNamed(text: string, codexHome: string): string[] {
  const all = [...threadNames(codexHome)];
  const exact = all.filter(([, name]) => name === text);
  const found = exact.length > 0 ? exact : all.filter(([, name]) => name.toLowerCase() === text.toLowerCase());
  return found.map(([id]) => id);
}

function ambiguous(text: string, ids: readonly string[]): UserError {
  const more = ids.length - SHOWN_CANDIDATES;
  const shown = [...ids.slice(0, SHOWN_CANDIDATES), ...(more > 0 ? [`${more} more`] : [])];
  return new UserError(`${text} may be ${ids.length} threads: ${shown.join(', ')}`, {
    hint: `give more of the id; rollout-inspect sessions --all --search ${text} lists them`,
  });
}
