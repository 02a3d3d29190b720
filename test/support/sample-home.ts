import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A rollout that stands in a CODEX_HOME. */
export interface PlacedRollout {
  threadId: string;
  path: string;
}

interface SessionMetaLine {
  payload: { id: string; timestamp: string };
}

/**
 * Copies rollouts to where Codex looks for them below `home`: `sessions/YYYY/MM/DD/rollout-<time>-<thread id>.jsonl`,
 * after the id and the timestamp (UTC) of their first session_meta. Give a paginated fork together with its ancestors.
 */
export async function homeWith(paths: readonly string[], home: string): Promise<PlacedRollout[]> {
  return Promise.all(paths.map((path) => place(path, home)));
}

async function place(source: string, home: string): Promise<PlacedRollout> {
  const [firstLine = ''] = (await readFile(source, 'utf8')).split('\n', 1);
  const { id, timestamp } = (JSON.parse(firstLine) as SessionMetaLine).payload;
  const [date = '', time = ''] = timestamp.split(/[T.Z]/);
  const folder = join(home, 'sessions', ...date.split('-'));
  const path = join(folder, `rollout-${date}T${time.replaceAll(':', '-')}-${id}.jsonl`);
  await mkdir(folder, { recursive: true });
  await copyFile(source, path);
  return { threadId: id, path };
}
