import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseRolloutName } from '../../history/rollout-name.ts';
import { outsideHome } from '../request-error.ts';
import type { RolloutStore } from './rollout-store.ts';

/**
 * Moves the rollouts of a thread to where a home keeps archived ones, or back to the folder of the day they were begun.
 * @returns the path of the newest one, which a resume opens
 * @throws {RequestError} when one of them lies outside the home, or the system's error
 */
export async function moveThread(store: RolloutStore, threadId: string, to: 'archived' | 'live'): Promise<string> {
  const paths = store.rolloutsOf(threadId, to === 'live');
  for (const path of paths) if (!(await store.mayWrite(path))) throw outsideHome(path);
  const moved: string[] = [];
  for (const path of paths) {
    const target = join(store.codexHome, ...folderOf(basename(path), to), basename(path));
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(path, target);
    moved.push(target);
  }
  return moved[0] as string;
}

function folderOf(name: string, to: 'archived' | 'live'): string[] {
  if (to === 'archived') return ['archived_sessions'];
  const [date = ''] = parseRolloutName(name)?.startedAt.split('T') ?? [];
  return ['sessions', ...date.split('-')];
}
