import { readAccount } from '../../accounting/forest/read-account.ts';
import type { RolloutAccount } from '../../accounting/forest/rollout-account.ts';
import { HistoryNotices } from '../../accounting/history-notices.ts';
import { newestCodex } from '../../codex/version.ts';
import { UserError } from '../../errors.ts';
import { FileShrank } from '../../rollout/lines/random-access.ts';
import { PromptSeeker } from '../../sessions/first-prompt.ts';
import type { Notice } from '../../usage/notice.ts';
import type { ReadingProgress } from './reading-progress.ts';
import { cannotRead } from './targets.ts';

/** What was read of some rollouts. */
export interface ForestReading {
  readonly accounts: readonly RolloutAccount[];
  /** What the user wrote first, by the path of the rollout. */
  readonly prompts: ReadonlyMap<string, string>;
  /** What there is to say about their lines. */
  readonly notices: readonly Notice[];
  /** Why some could not be read. */
  readonly errors: readonly UserError[];
}

/** Reads rollouts one by one, each by itself, and shows the `progress`. */
export async function readForest(paths: readonly string[], progress: ReadingProgress | null): Promise<ForestReading> {
  const accounts: RolloutAccount[] = [];
  const prompts = new Map<string, string>();
  const notices: Notice[] = [];
  const errors: UserError[] = [];
  progress?.expect(paths);
  for (const path of paths) {
    progress?.begin(path);
    const lines = new HistoryNotices();
    const seeker = new PromptSeeker();
    try {
      const visitors = [lines, seeker, ...(progress ? [progress] : [])];
      const { account, file } = await readAccount(path, newestCodex, visitors);
      if (!file.head.foreign) accounts.push(account);
      if (seeker.prompt !== null) prompts.set(path, seeker.prompt);
      notices.push(...lines.notices(file));
    } catch (error) {
      errors.push(problemWith(path, error));
    }
  }
  await progress?.clear();
  return { accounts, prompts, notices, errors };
}

function problemWith(path: string, error: unknown): UserError {
  if (error instanceof FileShrank)
    return new UserError(`${path}: ${error.message}`, { cause: error, hint: 'try again' });
  const cannot = cannotRead(path, error);
  if (cannot instanceof UserError) return cannot;
  throw cannot;
}
