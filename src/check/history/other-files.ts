import { basename, resolve } from 'node:path';
import type { RolloutFinder } from '../../history/finder.ts';
import { codexHomeOf } from '../../history/homes.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import type { ThreadHistory } from '../../history/thread-history.ts';
import { type Place, type RawFinding, rawFinding } from '../raw-finding.ts';

/**
 * Whether the rollout is another file of its thread than the one that Codex opens: a copy, a backup, the double of a
 * cloud-sync, or what was left in the archive. The older files of a reverted thread are none: they are a part of it.
 */
export async function otherFileFindings(
  { path, meta }: ThreadHistory,
  finder: RolloutFinder,
  place: Place | null,
): Promise<RawFinding[]> {
  const home = codexHomeOf(path);
  if (home === undefined || meta === null) return [];
  const opened = await finder.findThread(home, meta.id);
  const name = parseRolloutName(basename(path));
  if (opened !== undefined) {
    if (resolve(opened) === resolve(path)) return [];
    const openedName = parseRolloutName(basename(opened));
    if (name && (name.threadId !== meta.id || name.rolloutId !== openedName?.rolloutId)) return [];
    const message = `it is not the file of thread ${meta.id} that Codex opens, which is ${opened}`;
    return [rawFinding('other-file-of-thread', message, place)];
  }
  const isRenamed = !name && basename(path).toLowerCase().includes(meta.id);
  if (!isRenamed) return [];
  const message = `Codex does not find thread ${meta.id} by its id: it gives no rollout such a name`;
  return [rawFinding('other-file-of-thread', message, place)];
}
