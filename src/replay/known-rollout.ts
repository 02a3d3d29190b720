import type { CodexVersion } from '../codex/version.ts';
import { type RolloutHistory, readHistory } from '../history/read-history.ts';
import { openRollout } from '../rollout/lines/open-rollout.ts';
import { type RestoredUsage, restoreUsageOf } from '../usage/restore-usage.ts';

/** What a rollout says, as one version reads it. */
export interface KnownRollout {
  readonly version: CodexVersion;
  readonly history: RolloutHistory;
  readonly restored: RestoredUsage;
}

/** Reads a rollout whole. Ancestors are also looked up in `codexHome`. @throws {NotARollout} or the system's error */
export async function readRollout(path: string, version: CodexVersion, codexHome: string): Promise<KnownRollout> {
  const history = await readHistory(path, version, codexHome);
  const restored = await restoreUsageOf(path, await openRollout(path), version, codexHome);
  return { version, history, restored };
}

/** The same, with the rollouts called after those that they are copies of. `originals`: by copy. */
export function calledAs(known: KnownRollout, originals: ReadonlyMap<string, string>): KnownRollout {
  const name = (path: string) => originals.get(path) ?? path;
  const { restored } = known;
  const { restoredFrom } = restored;
  return {
    ...known,
    restored: {
      ...restored,
      path: name(restored.path),
      restoredFrom: restoredFrom && { ...restoredFrom, path: name(restoredFrom.path) },
      notices: restored.notices.map((notice) => ({ ...notice, path: name(notice.path) })),
    },
  };
}
