import { realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newestCodex } from '../../codex/version.ts';
import { UserError } from '../../errors.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { codexHomeOf, rolloutsInHome } from '../../history/homes.ts';
import { listRollouts } from '../../history/list-rollouts.ts';
import type { Io } from '../../io.ts';
import { argumentPath } from './argument-path.ts';
import { allTargets, type Target } from './targets.ts';

/** Which rollouts are read, and whose relatives are shown; `threadId` null: all. */
export interface Where {
  readonly paths: readonly string[];
  readonly threadId: string | null;
}

const FOLDERS = ['sessions', 'archived_sessions'] as const;

/**
 * What `where` stands for: a directory or a Codex home with all below it; the rollouts that a pattern stands for; or a rollout or
 * thread, also that of the last session, with its home, or with the folder that it lies in. Standard input has no relatives.
 * @throws {UserError} when there is no such thing
 */
export async function findForest(where: string | undefined, last: boolean, codexHome: string, io: Io): Promise<Where> {
  if (where === '-')
    throw new UserError('standard input has no relatives', { hint: 'name a directory, a rollout or a thread' });
  const folder = argumentPath(where ?? codexHome);
  if (!last && statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    const paths = await rolloutsBelow(folder);
    if (paths.length > 0) return { paths, threadId: null };
    throw new UserError(`no rollouts below ${folder}`, { hint: 'they end in .jsonl or .jsonl.zst' });
  }
  if (where === undefined && !last)
    throw new UserError(`no Codex home at ${codexHome}`, { hint: 'name another with --codex-home' });
  const named = await allTargets(where === undefined ? [] : [where], last, codexHome, io);
  if (named.length > 1) return { paths: named.map(({ path }) => path), threadId: null };
  const [{ path }] = named as [Target];
  const { meta } = await new RolloutFinder(newestCodex).head(path);
  const paths = await rolloutsBelow(codexHomeOf(path) ?? dirname(path));
  return { paths: paths.includes(path) ? paths : [...paths, path], threadId: meta?.id ?? null };
}

/** All rollouts of a home, archived ones and those that links bring in too; of another directory all below it. */
async function rolloutsBelow(directory: string): Promise<string[]> {
  const folders = FOLDERS.filter((name) => isDirectory(join(directory, name)));
  if (folders.length === 0) return [...(await listRollouts(directory)).paths];
  const listings = await Promise.all(folders.map((name) => listRollouts(join(directory, name))));
  const paths = listings.flatMap((listing) => listing.paths);
  if (listings.every(({ links }) => links === 0)) return paths;
  const known = new Set(paths.map((path) => realpathSync(path)));
  const linked = folders
    .flatMap((name) => rolloutsInHome(directory, name))
    .map(({ path }) => path)
    .filter((path) => !known.has(realpathSync(path)));
  return [...paths, ...linked];
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
