import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CannotWrite } from './cannot-write.ts';
import { excerptOf, type FileExcerpt } from './excerpt.ts';
import type { FileKind } from './kinds.ts';
import { isRolloutName, looksLikeRollout } from './looks-like-rollout.ts';
import { placeOf } from './place.ts';

/** The configuration of `check`, which no output replaces. */
export const CONFIGURATION = 'rollout-inspect.config.json';

/** What must not be replaced. */
export interface Guard {
  /** Files that the run reads: no output takes their place. */
  readonly inputs: readonly string[];
  /** Replace an existing file, or a link, although this program did not write it. Never a rollout or an input. */
  readonly force: boolean;
}

/**
 * Makes sure that a file of `kind` may take the place of whatever stands at `path`. Rollouts, the inputs of the run and
 * the configuration stay in any case; other files that this program did not write, and links, unless `force` is set.
 * @throws {CannotWrite} when it may not
 */
export async function refuseToReplace(path: string, kind: FileKind, { inputs, force }: Guard): Promise<void> {
  const refuse = (what: string, hint = 'name another file') => {
    throw new CannotWrite(`${path} is not replaced: ${what}`, { hint });
  };
  const place = await placeOf(path);
  for (const input of inputs) if ((await placeOf(input)) === place) refuse('this run reads it');
  const name = basename(path);
  if (isRolloutName(name)) refuse('it is called as Codex calls a rollout');
  if (name === CONFIGURATION) refuse('it is called like the configuration of rollout-inspect');
  const there = await lstat(path).catch(() => null);
  if (there?.isSymbolicLink() && !force) refuse('it is a link', 'name the file that it leads to, or --force');
  if (!there?.isFile() || there.size === 0) return;
  const excerpt = await excerptOf(path).catch(() => null);
  if (excerpt && looksLikeRollout(excerpt)) refuse('it holds records of a rollout');
  if (!force && !isOurs(excerpt, kind)) {
    refuse(`it is not ${kind.name} that rollout-inspect wrote`, 'name another file, or --force');
  }
}

function isOurs(excerpt: FileExcerpt | null, kind: FileKind): boolean {
  return excerpt !== null && kind.recognises(excerpt);
}
