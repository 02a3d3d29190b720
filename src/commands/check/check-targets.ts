import { existsSync } from 'node:fs';
import { isExpectation, orphanExpectations } from '../../check/expectation/orphans.ts';
import { UserError } from '../../errors.ts';
import { absolutePath } from '../../history/paths.ts';
import type { Io } from '../../io.ts';
import { allTargets, targetsOf } from '../shared/targets.ts';

/** A rollout to check, an expectation without one, or an argument that names none and why. */
export interface CheckTarget {
  readonly path: string;
  readonly isOrphan: boolean;
  readonly problem: UserError | null;
}

/**
 * The rollouts that the arguments name, each once, in their order: as for `usage`, by patterns that the shell did not
 * expand, and by the expectations beside them, since a hook hands over whatever a commit changes. Behind those of a
 * directory come the expectations in it that have lost theirs.
 * @throws {UserError} when the arguments make no sense
 */
export async function* checkTargets(
  rollouts: readonly string[],
  last: boolean,
  codexHome: string,
  io: Io,
): AsyncGenerator<CheckTarget> {
  if (rollouts.includes('-')) {
    throw new UserError('standard input cannot be checked', { hint: 'it can be read only once; name a file' });
  }
  if (rollouts.length === 0 && !last) {
    const hint = 'a path, a directory, a pattern or a thread id; or name `paths` in the configuration';
    throw new UserError('no rollout named', { hint });
  }
  if (last) {
    for (const { path } of await allTargets(rollouts, last, codexHome, io))
      yield { path, isOrphan: false, problem: null };
    return;
  }
  const seen = new Set<string>();
  for (const argument of rollouts) {
    const rollout = besideExpectation(argument);
    if (rollout === null) {
      if (await isExpectation(argument)) yield { path: argument, isOrphan: true, problem: null };
      continue;
    }
    for await (const target of targetsOf([rollout], false, codexHome, io)) {
      if (target instanceof UserError) yield { path: rollout, isOrphan: false, problem: target };
      else if (!seen.has(absolutePath(target.path))) {
        seen.add(absolutePath(target.path));
        yield { path: target.path, isOrphan: false, problem: null };
      }
    }
    for (const path of await orphanExpectations(rollout)) {
      if (!seen.has(absolutePath(path))) yield { path, isOrphan: true, problem: null };
      seen.add(absolutePath(path));
    }
  }
}

/** The rollout beside an expectation; null when there is none. What is called like no expectation stands for itself. */
function besideExpectation(argument: string): string | null {
  const [, stem] = /^(.*)\.expected\.json$/s.exec(argument) ?? [];
  if (stem === undefined || !existsSync(argument)) return argument;
  return [`${stem}.jsonl`, `${stem}.jsonl.zst`].find((path) => existsSync(path)) ?? null;
}
