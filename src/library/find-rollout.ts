import { supportedVersion } from '../codex/version.ts';
import { RolloutFinder } from '../history/finder.ts';
import { defaultCodexHome } from '../history/homes.ts';
import { parseThreadId } from '../history/thread-id.ts';

export interface HomeOptions {
  /** Default: `$CODEX_HOME`, or `~/.codex`. */
  readonly codexHome?: string;
  /** The Codex version whose rules count, for example `0.144.6`. Default: the newest that was measured. */
  readonly emulate?: string;
}

/**
 * The path of the rollout that Codex opens for a thread; undefined when the home has none. Archived threads are found too.
 * @param threadId in any form that Codex takes: with dashes or without, in braces, after `urn:uuid:`
 * @throws {BadThreadId} when it is no thread id, {RangeError} when `emulate` is no supported version, or the system's error
 */
export async function findRollout(threadId: string, options: HomeOptions = {}): Promise<string | undefined> {
  const home = options.codexHome ?? defaultCodexHome(process.env);
  return new RolloutFinder(supportedVersion(options.emulate)).findThread(home, parseThreadId(threadId));
}
