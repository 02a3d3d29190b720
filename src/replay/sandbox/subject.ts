import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { newestCodex } from '../../codex/version.ts';
import { lineageOf } from '../../history/lineage.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import { NotARollout } from '../../rollout/lines/open-rollout.ts';
import type { PlacedRollout } from './private-home.ts';

/** The thread that is to be replayed. */
export interface Subject {
  readonly path: string;
  readonly threadId: string;
  /** Its rollout, and those of the ancestors that it refers to; the root last. */
  readonly rollouts: readonly PlacedRollout[];
  /** Of all of these. */
  readonly bytes: number;
}

/**
 * Finds out which thread the rollout at `path` is of, and what else is needed to load it. Ancestors are also looked up
 * in `codexHome`.
 * @throws {NotARollout} when it is no file, or nobody can tell its thread; or the system's error
 */
export async function subjectOf(path: string, codexHome: string): Promise<Subject> {
  if (!(await stat(path)).isFile()) throw new NotARollout('is not a file, so it cannot be copied');
  const lineage = await lineageOf(path, newestCodex, codexHome);
  const rollouts: PlacedRollout[] = [];
  let bytes = 0;
  for (const member of lineage) {
    const threadId = member.meta?.id ?? parseRolloutName(basename(member.path))?.threadId;
    if (threadId === undefined) {
      throw new NotARollout('does not begin with a session_meta, and its name tells no thread id either');
    }
    rollouts.push({ ...member, threadId });
    bytes += (await stat(member.path)).size;
  }
  return { path, threadId: (rollouts[0] as PlacedRollout).threadId, rollouts, bytes };
}
