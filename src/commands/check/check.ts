import { appendFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { type CheckOptions, checkRollout, orphanExpectation, unreadableRollout } from '../../check/check-rollout.ts';
import type { WrittenExpectation } from '../../check/expectation/check-expectation.ts';
import type { CheckedRollout } from '../../check/finding.ts';
import { CannotJudge } from '../../check/lines/rollout-reading.ts';
import { formatCodexVersion } from '../../codex/version.ts';
import { type ExitCode, UserError } from '../../errors.ts';
import { CannotWrite } from '../../files/cannot-write.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { stepSummary, updateLines } from '../../report/check/index.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { FileShrank } from '../../rollout/lines/random-access.ts';
import { ReadingProgress } from '../shared/reading-progress.ts';
import { keepHeapSmall } from '../shared/small-heap.ts';
import { cannotRead } from '../shared/targets.ts';
import { AcceptedFindings } from './accepted.ts';
import { type CheckTarget, checkTargets } from './check-targets.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { explain } from './explain.ts';
import type { LiveTarget } from './live.ts';
import { CheckReports, type ReportOptions, runsOnGitHub } from './reports.ts';
import { type CheckSettings, checkSettings, type SettingOptions } from './settings.ts';
import { CheckTally } from './tally.ts';

export interface CheckCommandOptions extends SettingOptions, ReportOptions {
  readonly last?: true;
  readonly codexHome?: string;
  readonly config?: string;
  readonly explain?: string;
  readonly updateBaseline?: true;
  readonly update?: true;
  readonly replay?: true;
  readonly server?: string;
  readonly codexBin?: string;
}

/** `check <rollout...>`: whether rollouts are sound and say what is expected of them. */
export async function check(rollouts: readonly string[], options: CheckCommandOptions, io: Io): Promise<ExitCode> {
  if (options.explain !== undefined) return explain(options.explain, io);
  const configuration = await readConfiguration(options.config, rollouts, io.cwd);
  const settings = await checkSettings(options, configuration, io.cwd);
  const accepted = await AcceptedFindings.open(settings.baseline, options.updateBaseline === true, io.cwd);
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  const written: WrittenExpectation[] = [];
  const progress = ReadingProgress.of(io);
  const checks: CheckOptions = {
    ...settings,
    watchers: progress ? [progress] : [],
    severities: new Map(),
    codexHome,
    finder: findersIn(codexHome),
    update: options.update === true,
    onWritten: (expectation) => written.push(expectation),
    live: undefined,
  };
  const live = await liveRuns(options, settings, codexHome, io);
  const inputs = [configuration.path, settings.baseline].filter((path) => path !== null);
  const reports = await CheckReports.begin(options, inputs, io);
  const tally = new CheckTally(settings.maxWarnings, runsOnGitHub(io), configuration.path, () => accepted.count);
  const named = rollouts.length > 0 || options.last ? rollouts : configuredPaths(configuration, io.cwd);
  const targets = checkTargets(named, options.last === true, codexHome, io);
  const known = progress?.whole(targets, ({ path }) => path, settings.versions?.length) ?? targets;
  keepHeapSmall();
  try {
    for await (const { target, ...more } of live(known)) {
      await reports.spare(target.path);
      progress?.begin(target.path);
      const severities = settings.severitiesOf(target.path);
      const { checked: found, problem } = await checkedTarget(target, { ...checks, ...more, severities });
      const checked = accepted.apply(found);
      await progress?.clear();
      if (problem) await io.err(stderrLine(problem.oneLine));
      tally.add(checked);
      await reports.rollout(checked);
    }
    const code = tally.exitCode();
    const baseline = await accepted.end();
    await reports.end(tally.summary, code);
    await writeStepSummary(tally, io);
    if (baseline) await io.err(stderrLine(`wrote ${baseline}: findings accepted: ${accepted.count}`));
    if (checks.update) for (const line of updateLines(written)) await io.err(stderrLine(line));
    return code;
  } finally {
    await reports.abandon();
  }
}

/** What the configuration says is checked, relative to the working directory if it lies below that. */
function configuredPaths({ config, folder }: Configuration, cwd: string): string[] {
  return (config.paths ?? []).map((path) => {
    const absolute = resolve(folder, path);
    const way = relative(cwd, absolute) || '.';
    return way.startsWith('..') || isAbsolute(way) ? absolute : way;
  });
}

/** The targets, each with the server that replays it if that was asked for. @throws {UserError} */
async function liveRuns(
  options: CheckCommandOptions,
  { versions }: CheckSettings,
  codexHome: string,
  io: Io,
): Promise<(targets: AsyncIterable<CheckTarget>) => AsyncIterable<LiveTarget>> {
  const { replay, server, codexBin } = options;
  if (replay) {
    const { liveServer, replayed } = await import('./live.ts');
    const choice = await liveServer(server, codexBin, versions, io);
    return (targets) => replayed(targets, choice, codexHome, io);
  }
  if ((server ?? codexBin) !== undefined) {
    throw new UserError('--server and --codex-bin are for --replay', { hint: 'add --replay, or leave them out' });
  }
  return notReplayed;
}

/** One finder for each version, so that folders are listed and heads read once a run. */
function findersIn(codexHome: string): CheckOptions['finder'] {
  const finders = new Map<string, RolloutFinder>();
  return (version) => {
    const name = formatCodexVersion(version);
    const finder = finders.get(name) ?? new RolloutFinder(version, codexHome);
    finders.set(name, finder);
    return finder;
  };
}

async function* notReplayed(targets: AsyncIterable<CheckTarget>): AsyncGenerator<LiveTarget> {
  for await (const target of targets) yield { target, live: undefined };
}

async function checkedTarget(
  { path, isOrphan, problem }: CheckTarget,
  options: CheckOptions,
): Promise<{ readonly checked: CheckedRollout; readonly problem: UserError | null }> {
  if (problem) return { checked: unreadableRollout(path, problem.message), problem };
  if (isOrphan) return { checked: orphanExpectation(path, options.severities), problem: null };
  try {
    return { checked: await checkRollout(path, options), problem: null };
  } catch (error) {
    const cannot = whyNot(path, error);
    if (!(cannot instanceof UserError)) throw cannot;
    return { checked: unreadableRollout(path, cannot.message), problem: cannot };
  }
}

/** A failure to check one rollout, which ends the run only when it is none of the rollout's. */
function whyNot(path: string, error: unknown): unknown {
  if (error instanceof CannotWrite) throw error;
  if (error instanceof CannotJudge || error instanceof FileShrank) {
    return new UserError(`${path}: ${error.message}`, { cause: error });
  }
  return cannotRead(path, error);
}

/** What GitHub shows on the page of the run. That it cannot be written there is no fault of the rollouts. */
async function writeStepSummary({ rollouts, summary }: CheckTally, io: Io): Promise<void> {
  const file = io.env.GITHUB_STEP_SUMMARY;
  if (!rollouts || !file) return;
  try {
    await appendFile(file, stepSummary(rollouts, summary));
  } catch (error) {
    await io.err(stderrLine(`note: no step summary: ${(error as NodeJS.ErrnoException).code}`));
  }
}
