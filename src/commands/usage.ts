import { type ExitCode, exitCode, UserError, worstExitCode } from '../errors.ts';
import type { Io } from '../io.ts';
import { noticeText } from '../report/notice.ts';
import { talk } from '../report/talk.ts';
import { type UsageFormat, writeUsage } from '../report/usage.ts';
import { type CodexVersion, supportedVersion } from '../rollout/codex-version.ts';
import { defaultCodexHome } from '../rollout/find-thread.ts';
import { noticeKinds } from '../usage/notice.ts';
import { type RestoredUsage, restoreUsageOf } from '../usage/restore-usage.ts';
import { type ColorChoice, wantsColor } from './color.ts';
import { cannotRead, type Target, targetsOf } from './targets.ts';

export interface UsageOptions {
  readonly last?: true;
  readonly codexHome?: string;
  readonly emulate?: string;
  readonly lenient?: true;
  readonly json?: true;
  readonly ndjson?: true;
  readonly csv?: true;
  readonly color: ColorChoice;
}

/** What became of a run: the codes that hold, and why some of the rollouts could not be looked at. */
interface Outcome {
  readonly codes: ExitCode[];
  readonly errors: { readonly message: string; readonly hint: string | null }[];
}

/** `usage <rollout...>`: what resume and fork would restore from each. */
export async function usage(rollouts: readonly string[], options: UsageOptions, io: Io): Promise<ExitCode> {
  const version = versionOf(options);
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  const targets = targetsOf(rollouts, options.last === true, codexHome, io);
  const outcome: Outcome = { codes: [], errors: [] };
  const usages = restored(targets, version, codexHome, options.lenient === true, outcome, io);
  await writeUsage(usages, formatOf(options, io), io.out, () => ({
    exitCode: worstExitCode(outcome.codes),
    errors: outcome.errors,
  }));
  return worstExitCode(outcome.codes);
}

function versionOf({ emulate }: UsageOptions): CodexVersion {
  try {
    return supportedVersion(emulate);
  } catch (cause) {
    throw new UserError(`--emulate: ${(cause as RangeError).message}`, { cause, hint: 'for example 0.144.6' });
  }
}

function formatOf({ json, ndjson, csv, color }: UsageOptions, io: Io): UsageFormat {
  if (json) return { kind: 'json' };
  if (ndjson) return { kind: 'ndjson' };
  if (csv) return { kind: 'csv' };
  return { kind: 'text', color: wantsColor(color, io.env, io.isTerminal), columns: io.columns };
}

/** The answer for each rollout, as it comes. What is to be said about it, or why there is none, goes to standard error. */
async function* restored(
  targets: AsyncIterable<Target | UserError>,
  version: CodexVersion,
  codexHome: string,
  lenient: boolean,
  { codes, errors }: Outcome,
  io: Io,
): AsyncGenerator<RestoredUsage> {
  for await (const target of targets) {
    const answer = target instanceof UserError ? target : await restore(target, version, codexHome);
    if (answer instanceof UserError) {
      codes.push(exitCode.cannot);
      errors.push({ message: answer.message, hint: answer.hint ?? null });
      await io.err(talk(answer.oneLine));
      continue;
    }
    codes.push(codeOf(answer, lenient));
    for (const notice of answer.notices) await io.err(talk(noticeText(notice)));
    yield answer;
  }
}

async function restore(target: Target, version: CodexVersion, codexHome: string): Promise<RestoredUsage | UserError> {
  try {
    return await restoreUsageOf(target.path, await target.open(), version, codexHome);
  } catch (error) {
    const cannot = cannotRead(target.path, error);
    if (cannot instanceof UserError) return cannot;
    throw cannot;
  }
}

/** No usage is a failure, unless a part of the history cannot be read: then it cannot be told. */
function codeOf({ tokenUsageInfo, notices }: RestoredUsage, lenient: boolean): ExitCode {
  const kinds = new Set(notices.map(({ id }) => noticeKinds[id]));
  if (kinds.has('partial')) return exitCode.partial;
  if (!tokenUsageInfo) return exitCode.failed;
  return kinds.has('skipped') && !lenient ? exitCode.partial : exitCode.ok;
}
