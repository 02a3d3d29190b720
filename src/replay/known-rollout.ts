import { eraOf } from '../codex/era.ts';
import type { CodexVersion } from '../codex/version.ts';
import { RolloutFinder } from '../history/finder.ts';
import type { HistoryVisitor } from '../history/read-records.ts';
import { threadHistory } from '../history/thread-history.ts';
import { type HistoryFacts, readFacts } from '../lifecycle/facts.ts';
import type { LifecycleParams } from '../lifecycle/outcome.ts';
import { type OpenRollout, openRollout } from '../rollout/lines/open-rollout.ts';
import { type RestoredUsage, restoreUsageOf } from '../usage/restore-usage.ts';

/** What a rollout says, as one version reads it. */
export interface KnownRollout {
  readonly version: CodexVersion;
  readonly facts: HistoryFacts;
  readonly restored: RestoredUsage;
  /** How many `token_count` records it decodes: a fork that copies its source takes over these. */
  readonly tokenCounts: number;
}

/**
 * Reads a rollout whole. Ancestors are also looked up in `codexHome`. `params`: of the fork that is to come. `open`: how
 * it is opened, where not all of it counts.
 * @throws {NotARollout} or the system's error
 */
export async function readRollout(
  path: string,
  version: CodexVersion,
  codexHome: string,
  params: LifecycleParams,
  open: (path: string) => Promise<OpenRollout> = openRollout,
): Promise<KnownRollout> {
  const finder = new RolloutFinder(version, codexHome);
  let tokenCounts = 0;
  const counter: HistoryVisitor = {
    onItem: ({ kind }) => {
      if (kind === 'token_count') tokenCounts++;
    },
  };
  const facts = await readFacts(await threadHistory(path, finder, await open(path)), eraOf(version), params, [counter]);
  return { version, facts, restored: await restoreUsageOf(path, await open(path), finder), tokenCounts };
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
