import type { ThreadAccount } from '../../accounting/forest/thread-account.ts';
import { codexHomeOf } from '../../history/homes.ts';
import { titleText } from '../../report/title.ts';
import { threadNames } from '../../sessions/thread-names.ts';

/**
 * What people know threads by: the name that its user gave it, else what its user wrote first; of a fork that has neither, what
 * its parent is known by.
 * @param prompts what the user wrote first, by rollout
 */
export function titlesOf(
  threads: readonly ThreadAccount[],
  prompts: ReadonlyMap<string, string>,
): ReadonlyMap<ThreadAccount, string> {
  const names = namesOf(threads);
  const titles = new Map<ThreadAccount, string>();
  const byId = new Map<string, string>();
  for (const thread of threads) {
    const { threadId, parentId, paths } = thread;
    const written = paths.map((path) => prompts.get(path)).find((prompt) => prompt !== undefined);
    const title = names.get(threadId ?? '') ?? written ?? byId.get(parentId ?? '');
    if (title === undefined) continue;
    titles.set(thread, titleText(title));
    if (threadId !== null) byId.set(threadId, title);
  }
  return titles;
}

/** The names in all homes that the rollouts lie in. */
function namesOf(threads: readonly ThreadAccount[]): ReadonlyMap<string, string> {
  const homes = new Set(threads.flatMap(({ paths }) => paths.map(codexHomeOf)));
  return new Map([...homes].flatMap((home) => (home === undefined ? [] : [...threadNames(home)])));
}
