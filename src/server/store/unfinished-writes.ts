import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAppendNote, undoAppend } from './append-note.ts';
import { isUnfinishedRollout } from './new-rollout.ts';

/**
 * Undoes what a server that was killed had begun to write in a Codex home: forks that are not whole are removed, and
 * rollouts are cut back to the end of their last whole turn. No other server may be writing there. Links are not
 * followed.
 * @returns the paths of what was removed or cut back
 * @throws the system's error
 */
export async function undoUnfinishedWrites(codexHome: string): Promise<string[]> {
  const sessions = join(codexHome, 'sessions');
  if (!existsSync(sessions)) return [];
  const undone: string[] = [];
  for (const entry of readdirSync(sessions, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (isUnfinishedRollout(entry.name)) {
      await rm(path);
      undone.push(path);
    } else if (isAppendNote(entry.name)) {
      const rollout = await undoAppend(path);
      if (rollout !== null) undone.push(rollout);
    }
  }
  return undone;
}
