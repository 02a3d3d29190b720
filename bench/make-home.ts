import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeRollout, uuid } from './make-rollout.ts';

export interface HomeShape {
  readonly rollouts: number;
  /** How many of them are legacy forks, each of the thread before it, that begin with a copy of its whole rollout. */
  readonly forks?: number;
  /** About the size of each rollout. */
  readonly bytes: number;
}

/** Makes a Codex home of many rollouts, over 60 days. Those that are forked are half as large, so that a fork is not larger. */
export async function makeHome(
  home: string,
  { rollouts, forks = 0, bytes }: HomeShape,
  signal: AbortSignal,
): Promise<void> {
  const every = forks === 0 ? rollouts + 1 : Math.floor(rollouts / forks);
  let before = { path: '', threadId: '' };
  for (let i = 0; i < rollouts; i++) {
    const isFork = i % every === every - 1;
    const isForked = i % every === every - 2;
    const threadId = uuid(0, i + 1);
    const path = join(home, rolloutPath(i, threadId));
    await mkdir(dirname(path), { recursive: true });
    const forkOf = isFork && { forkOf: { threadId: before.threadId, lines: await readFile(before.path, 'utf8') } };
    const size = isForked ? bytes / 2 : bytes;
    const mode = isFork || isForked ? 'legacy' : 'paginated';
    await makeRollout(path, { bytes: size, hasUsage: true, threadId, seed: i + 1, mode, ...forkOf }, signal);
    before = { path, threadId };
  }
}

function rolloutPath(i: number, threadId: string): string {
  const time = new Date(Date.UTC(2026, 0, 1 + (i % 60), 8, 0, i)).toISOString().slice(0, 19);
  return `sessions/${time.slice(0, 10).replaceAll('-', '/')}/rollout-${time.replaceAll(':', '-')}-${threadId}.jsonl`;
}
