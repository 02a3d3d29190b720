import type { CodexVersion } from '../../codex/version.ts';
import { type ExitCode, exitCode, UserError, worstExitCode } from '../../errors.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { noticeLines } from '../../report/notice.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { writeUsage } from '../../report/usage/index.ts';
import { lastModelChange, type ModelChange } from '../../usage/last-models.ts';
import { noticeKinds } from '../../usage/notice.ts';
import { type RestoredUsage, restoreUsageOf } from '../../usage/restore-usage.ts';
import { emulatedVersion } from '../shared/emulated-version.ts';
import { type FormatOptions, outputFormat } from '../shared/output-format.ts';
import { ReadingProgress } from '../shared/reading-progress.ts';
import { cannotRead, type Last, lastOf, oneTarget, type Target, targetPath, targetsOf } from '../shared/targets.ts';

export interface UsageOptions extends FormatOptions {
  readonly last?: true;
  readonly cwd?: string;
  readonly codexHome?: string;
  readonly emulate?: string;
  readonly lenient?: true;
  readonly follow?: true;
}

/** What became of a run: the codes that hold, and why some of the rollouts could not be looked at. */
class Outcome {
  readonly codes: ExitCode[] = [];
  readonly errors: { readonly message: string; readonly hint: string | null }[] = [];
  /** What each rollout below a directory came to. */
  readonly #listed: ExitCode[] = [];

  /** `isListed`: the rollout was found below a directory. */
  add(code: ExitCode, isListed: boolean): void {
    (isListed ? this.#listed : this.codes).push(code);
  }

  /** Sessions that were opened and left stand in every directory: there it is a failure only when none has usage. */
  get exitCode(): ExitCode {
    const isNoFailure = this.#listed.some((code) => code === exitCode.ok || code === exitCode.partial);
    const listed = isNoFailure ? this.#listed.filter((code) => code !== exitCode.failed) : this.#listed;
    return worstExitCode([...this.codes, ...listed]);
  }
}

/** `usage <rollout...>`: what resume and fork would restore from each. */
export async function usage(rollouts: readonly string[], options: UsageOptions, io: Io): Promise<ExitCode> {
  const version = emulatedVersion(options.emulate);
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  if (options.follow) return followed(rollouts, options, lastOf(options), codexHome, io);
  const targets = targetsOf(rollouts, lastOf(options), codexHome, io);
  const outcome = new Outcome();
  const finder = new RolloutFinder(version, codexHome);
  const progress = ReadingProgress.of(io);
  const known = progress?.whole(targets, targetPath) ?? targets;
  const usages = restored(known, finder, options.lenient === true, outcome, progress, io);
  const summary = () => ({ exitCode: outcome.exitCode, errors: outcome.errors });
  await writeUsage(usages, outputFormat(options, io), io.out, summary, (found) => modelsOf(found, version));
  return outcome.exitCode;
}

/** `usage --follow`: as NDJSON where nothing can be redrawn. */
async function followed(
  rollouts: readonly string[],
  { follow: _, last: __, cwd: ___, ...options }: UsageOptions,
  last: Last,
  codexHome: string,
  io: Io,
): Promise<ExitCode> {
  if (rollouts.length > 1) throw new UserError('--follow follows one rollout', { hint: 'name one, or --last' });
  const target = await oneTarget(rollouts[0], last, codexHome, io);
  const { follow } = await import('../shared/follow.ts');
  const isCard = io.isTerminal && !options.ndjson;
  const format = isCard ? {} : { ndjson: true as const };
  return follow(target, isCard, (path, inner) => usage([path], { ...options, ...format }, inner), io);
}

/** The answer for each rollout, as it comes. What is to be said about it, or why there is none, goes to standard error. */
async function* restored(
  targets: AsyncIterable<Target | UserError>,
  finder: RolloutFinder,
  lenient: boolean,
  outcome: Outcome,
  progress: ReadingProgress | null,
  io: Io,
): AsyncGenerator<RestoredUsage> {
  for await (const target of targets) {
    const answer = target instanceof UserError ? target : await restore(target, finder, progress);
    await progress?.clear();
    if (answer instanceof UserError) {
      outcome.codes.push(exitCode.cannot);
      outcome.errors.push({ message: answer.message, hint: answer.hint ?? null });
      await io.err(stderrLine(answer.oneLine));
      continue;
    }
    outcome.add(usageExitCode(answer, lenient), 'isListed' in target);
    for (const line of noticeLines(answer.notices)) await io.err(stderrLine(line));
    yield answer;
  }
}

async function restore(
  { path, open }: Target,
  finder: RolloutFinder,
  progress: ReadingProgress | null,
): Promise<RestoredUsage | UserError> {
  try {
    progress?.begin(path);
    const opened = await open();
    return await restoreUsageOf(path, progress?.watched(opened) ?? opened, finder);
  } catch (error) {
    const cannot = cannotRead(path, error);
    if (cannot instanceof UserError) return cannot;
    throw cannot;
  }
}

/** Whether turns before the restored usage used another model. What cannot be read again says nothing. */
async function modelsOf({ restoredFrom }: RestoredUsage, version: CodexVersion): Promise<ModelChange | null> {
  if (!restoredFrom || restoredFrom.path === '-') return null;
  return lastModelChange(restoredFrom.path, restoredFrom.byteOffset, version).catch(() => null);
}

/** No usage is a failure, unless a part of the history cannot be read: then it cannot be told. */
function usageExitCode({ tokenUsageInfo, notices }: RestoredUsage, lenient: boolean): ExitCode {
  const kinds = new Set(notices.map(({ id }) => noticeKinds[id]));
  if (kinds.has('partial')) return exitCode.partial;
  if (!tokenUsageInfo) return exitCode.failed;
  return kinds.has('skipped') && !lenient ? exitCode.partial : exitCode.ok;
}
