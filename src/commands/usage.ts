import { type ExitCode, exitCode, UserError, worstExitCode } from '../errors.ts';
import type { Io } from '../io.ts';
import { jsonText, writeNdjson } from '../report/json.ts';
import { createStyle, wantsColor } from '../report/style.ts';
import { talk } from '../report/talk.ts';
import { supportedVersion } from '../rollout/codex-version.ts';
import { defaultCodexHome } from '../rollout/find-thread.ts';
import { type Notice, noticeKinds } from '../usage/notice.ts';
import { type RestoredUsage, type RestoreOptions, restoreUsageOf } from '../usage/restore-usage.ts';
import { cannotRead, lastTarget, type Target, targetsOf } from './targets.ts';

export interface UsageOptions {
  readonly last?: true;
  readonly codexHome?: string;
  readonly emulate?: string;
  readonly lenient?: true;
  readonly json?: true;
  readonly ndjson?: true;
  readonly csv?: true;
  readonly color: 'auto' | 'always' | 'never';
}

/** What became of a run: the codes that hold, and what could not be looked at. */
interface Outcome {
  readonly codes: ExitCode[];
  readonly errors: { readonly message: string; readonly hint: string | null }[];
}

/** `usage <rollout...>`: what resume and fork would restore from each. */
export async function usage(rollouts: readonly string[], options: UsageOptions, io: Io): Promise<ExitCode> {
  checkArguments(rollouts, options);
  const outcome: Outcome = { codes: [], errors: [] };
  const usages = answers(targets(rollouts, options, io), options, io, outcome);
  if (options.ndjson) await writeNdjson(usages, io.out);
  else if (options.csv) await writeCsv(usages, io);
  else {
    const all = await collected(usages);
    await io.out(options.json ? jsonReport(all, outcome) : await textReport(all, options, io));
  }
  return worstExitCode(outcome.codes);
}

function checkArguments(rollouts: readonly string[], { last, emulate }: UsageOptions): void {
  if (rollouts.length === 0 && !last) {
    throw new UserError('no rollout named', { hint: 'a path, a directory, a thread id, - or --last' });
  }
  if (rollouts.length > 0 && last) throw new UserError('--last takes no rollout', { hint: 'it is the newest one' });
  try {
    supportedVersion(emulate);
  } catch (cause) {
    throw new UserError(`--emulate: ${(cause as RangeError).message}`, { cause, hint: 'for example 0.144.6' });
  }
}

/** The rollouts that are asked for, or why one of the arguments names none. */
async function* targets(
  rollouts: readonly string[],
  options: UsageOptions,
  io: Io,
): AsyncGenerator<Target | UserError> {
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  for (const rollout of options.last ? ['--last'] : rollouts) {
    try {
      yield* options.last ? [await lastTarget(codexHome)] : await targetsOf(rollout, codexHome, io);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      yield error;
    }
  }
}

/** The answer for each rollout, as it comes. What is to be said about it, or why there is none, goes to standard error. */
async function* answers(
  rollouts: AsyncIterable<Target | UserError>,
  options: UsageOptions,
  io: Io,
  { codes, errors }: Outcome,
): AsyncGenerator<RestoredUsage> {
  const { emulate } = options;
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  for await (const target of rollouts) {
    const answer =
      target instanceof UserError ? target : await restore(target, { codexHome, ...(emulate && { emulate }) });
    if (answer instanceof UserError) {
      codes.push(exitCode.cannot);
      errors.push({ message: answer.message, hint: answer.hint ?? null });
      await io.err(talk(answer.oneLine));
      continue;
    }
    codes.push(codeOf(answer, options.lenient === true));
    for (const notice of answer.notices) await io.err(talk(noticeLine(notice)));
    yield answer;
  }
}

async function restore(target: Target, options: RestoreOptions): Promise<RestoredUsage | UserError> {
  try {
    return await restoreUsageOf(target.path, await target.open(), options);
  } catch (error) {
    const cannot = cannotRead(target.path, error);
    if (cannot instanceof UserError) return cannot;
    throw cannot;
  }
}

/** No usage is a failure, unless a part of the history is missing: then it cannot be told. */
function codeOf({ tokenUsageInfo, notices }: RestoredUsage, lenient: boolean): ExitCode {
  const kinds = new Set(notices.map(({ id }) => noticeKinds[id]));
  if (kinds.has('partial')) return exitCode.partial;
  if (!tokenUsageInfo) return exitCode.failed;
  return kinds.has('skipped') && !lenient ? exitCode.partial : exitCode.ok;
}

function noticeLine({ id, message, path, byteOffset }: Notice): string {
  const place = byteOffset === null ? path : `${path}: byte ${byteOffset}`;
  return noticeKinds[id] === 'note' ? `note: ${place}: ${message}` : `${place}: ${message}`;
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function jsonReport(rollouts: readonly RestoredUsage[], { codes, errors }: Outcome): string {
  return jsonText({ command: 'usage', version: 1, exitCode: worstExitCode(codes), rollouts, errors });
}

async function writeCsv(usages: AsyncIterable<RestoredUsage>, io: Io): Promise<void> {
  const { usageCsvHeader, usageCsvLine } = await import('../report/usage-csv.ts');
  await io.out(usageCsvHeader);
  for await (const each of usages) await io.out(usageCsvLine(each));
}

/** A card for one rollout, a table for several. */
async function textReport(usages: readonly RestoredUsage[], { color }: UsageOptions, io: Io): Promise<string> {
  const style = await createStyle(wantsColor(color, io.env, io.isTerminal));
  const [only] = usages;
  if (!only) return '';
  if (usages.length === 1) return (await import('../report/usage-card.ts')).usageCard(only, style);
  return (await import('../report/usage-table.ts')).usageTable(usages, style, io.columns);
}
