import { type ExitCode, exitCode, UserError, worstExitCode } from '../../errors.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { noticeLines } from '../../report/notice.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { writeUsage } from '../../report/usage/index.ts';
import { noticeKinds } from '../../usage/notice.ts';
import { type RestoredUsage, restoreUsageOf } from '../../usage/restore-usage.ts';
import { emulatedVersion } from '../shared/emulated-version.ts';
import { type FormatOptions, outputFormat } from '../shared/output-format.ts';
import { cannotRead, lastOf, type Target, targetsOf } from '../shared/targets.ts';

export interface UsageOptions extends FormatOptions {
  readonly last?: true;
  readonly cwd?: string;
  readonly codexHome?: string;
  readonly emulate?: string;
  readonly lenient?: true;
}

/** What became of a run: how many rollouts have usage, the codes that hold, and why some of the rollouts could not be looked at. */
interface Outcome {
  withUsage: number;
  readonly codes: ExitCode[];
  readonly errors: { readonly message: string; readonly hint: string | null }[];
}

/** `usage <rollout...>`: what resume and fork would restore from each. */
export async function usage(rollouts: readonly string[], options: UsageOptions, io: Io): Promise<ExitCode> {
  const version = emulatedVersion(options.emulate);
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  const targets = targetsOf(rollouts, lastOf(options), codexHome, io);
  const outcome: Outcome = { withUsage: 0, codes: [], errors: [] };
  const finder = new RolloutFinder(version, codexHome);
  const usages = restored(targets, finder, options.lenient === true, outcome, io);
  await writeUsage(usages, outputFormat(options, io), io.out, () => ({
    exitCode: exitCodeOf(outcome),
    errors: outcome.errors,
  }));
  return exitCodeOf(outcome);
}

/** The answer for each rollout, as it comes. What is to be said about it, or why there is none, goes to standard error. */
async function* restored(
  targets: AsyncIterable<Target | UserError>,
  finder: RolloutFinder,
  lenient: boolean,
  outcome: Outcome,
  io: Io,
): AsyncGenerator<RestoredUsage> {
  const { codes, errors } = outcome;
  for await (const target of targets) {
    const answer = target instanceof UserError ? target : await restore(target, finder);
    if (answer instanceof UserError) {
      codes.push(exitCode.cannot);
      errors.push({ message: answer.message, hint: answer.hint ?? null });
      await io.err(stderrLine(answer.oneLine));
      continue;
    }
    codes.push(usageExitCode(answer, lenient));
    if (answer.tokenUsageInfo) outcome.withUsage++;
    for (const line of noticeLines(answer.notices)) await io.err(stderrLine(line));
    yield answer;
  }
}

async function restore(target: Target, finder: RolloutFinder): Promise<RestoredUsage | UserError> {
  try {
    return await restoreUsageOf(target.path, await target.open(), finder);
  } catch (error) {
    const cannot = cannotRead(target.path, error);
    if (cannot instanceof UserError) return cannot;
    throw cannot;
  }
}

/** Of several rollouts some may have no usage, as sessions that were opened and left: only when none has any is that a failure. */
function exitCodeOf({ withUsage, codes }: Outcome): ExitCode {
  return worstExitCode(withUsage > 0 ? codes.filter((code) => code !== exitCode.failed) : codes);
}

/** No usage is a failure, unless a part of the history cannot be read: then it cannot be told. */
function usageExitCode({ tokenUsageInfo, notices }: RestoredUsage, lenient: boolean): ExitCode {
  const kinds = new Set(notices.map(({ id }) => noticeKinds[id]));
  if (kinds.has('partial')) return exitCode.partial;
  if (!tokenUsageInfo) return exitCode.failed;
  return kinds.has('skipped') && !lenient ? exitCode.partial : exitCode.ok;
}
