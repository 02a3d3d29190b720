import type { CodexVersion } from '../../codex/version.ts';
import { ownFile } from '../../history/own-file.ts';
import { type HistoryVisitor, readRecords } from '../../history/read-records.ts';
import type { ThreadHistory } from '../../history/thread-history.ts';
import { AccountReading, kindsThatMatter } from './account-reading.ts';
import type { RolloutAccount } from './rollout-account.ts';

/**
 * Reads one rollout and says what it tells of what was spent, without a look at any other file. Lines that hold
 * nothing of it are skimmed: what is wrong inside them is not seen.
 * @param others are shown the same lines
 * @throws {NotARollout}, {FileShrank} or the system's error
 */
export async function readAccount(
  path: string,
  version: CodexVersion,
  others: readonly HistoryVisitor[] = [],
): Promise<{ readonly file: ThreadHistory; readonly account: RolloutAccount }> {
  const file = await ownFile(path, version);
  const reading = new AccountReading(file);
  await readRecords(file, [reading, ...others], kindsThatMatter);
  return { file, account: reading.account() };
}
