import { eraOf } from '../../src/codex/era.ts';
import { type CodexVersion, newestCodex } from '../../src/codex/version.ts';
import { RolloutFinder } from '../../src/history/finder.ts';
import { threadHistory } from '../../src/history/thread-history.ts';
import { type HistoryFacts, readFacts } from '../../src/lifecycle/facts.ts';
import type { LifecycleParams } from '../../src/lifecycle/outcome.ts';

/** What a version makes of the rollout at `path`, whose ancestors are also looked up in `codexHome`. */
export async function factsFor(
  path: string,
  version: CodexVersion = newestCodex,
  codexHome?: string,
  params: LifecycleParams = {},
): Promise<HistoryFacts> {
  return readFacts(await threadHistory(path, new RolloutFinder(version, codexHome)), eraOf(version), params);
}
