import type { CodexVersion } from '../codex/version.ts';
import { codexHomeOf, findBeside, findThread } from './find-thread.ts';

/**
 * The rollout of a thread whose history the rollout at `path` refers to: in the same Codex home, else beside it, else
 * in `codexHome`. Undefined when it is in none of them.
 */
export async function findAncestor(
  path: string,
  threadId: string,
  codexHome: string | undefined,
  version: CodexVersion,
): Promise<string | undefined> {
  const ownHome = codexHomeOf(path);
  return (
    (ownHome && (await findThread(ownHome, threadId, version))) ||
    (await findBeside(path, threadId, version)) ||
    (codexHome && codexHome !== ownHome ? findThread(codexHome, threadId, version) : undefined)
  );
}
