import { codexHomeOf, findBeside, findThread } from '../rollout/find-thread.ts';
import type { RecordDecoder } from '../rollout/record.ts';

/**
 * The rollout of a thread whose history the rollout at `path` refers to: in the same Codex home, else beside it, else
 * in `codexHome`. Undefined when it is in none of them.
 */
export async function findAncestor(
  path: string,
  threadId: string,
  codexHome: string | undefined,
  decode: RecordDecoder,
): Promise<string | undefined> {
  const ownHome = codexHomeOf(path);
  return (
    (ownHome && (await findThread(ownHome, threadId, decode))) ||
    (await findBeside(path, threadId, decode)) ||
    (codexHome && codexHome !== ownHome ? findThread(codexHome, threadId, decode) : undefined)
  );
}
