import { compatibilityOf } from '../../compat/compat.ts';
import { liveCompatibilityOf } from '../../compat/live/live-compatibility.ts';
import { type Compatibility, isWorse } from '../../compat/spans.ts';
import type { Question } from '../../compat/version-reading.ts';
import { type ExitCode, exitCode, Problem, UserError, worstExitCode } from '../../errors.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import type { CompatAnswer } from '../../report/compat/answer.ts';
import { writeCompat } from '../../report/compat/index.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { type FormatOptions, outputFormat } from '../shared/output-format.ts';
import { type PageOptions, type WritePage, withPage } from '../shared/page-file.ts';
import { ReadingProgress } from '../shared/reading-progress.ts';
import { cannotRead, targetPath, targetsOf } from '../shared/targets.ts';
import { type BinaryOptions, livePlan } from './live.ts';
import { LiveProgress } from './live-progress.ts';
import { releasesIn, type VersionRange } from './versions.ts';

export interface CompatOptions extends FormatOptions, PageOptions, VersionRange, BinaryOptions {
  readonly live?: true;
  readonly bisect?: true;
  readonly schema?: true;
  readonly last?: true;
  readonly excludeTurns?: true;
  readonly home?: 'used' | 'new';
  readonly codexHome?: string;
}

/** `compat <rollout...>`: what each version does with rollouts. */
export function compat(rollouts: readonly string[], options: CompatOptions, io: Io): Promise<ExitCode> {
  return withPage(options, rollouts, io, (writePage) => compatOf(rollouts, options, io, writePage));
}

async function compatOf(
  rollouts: readonly string[],
  options: CompatOptions,
  io: Io,
  writePage: WritePage,
): Promise<ExitCode> {
  if (rollouts.includes('-')) {
    throw new UserError('standard input cannot be read once for each version', { hint: 'name a file' });
  }
  if (!options.live && (options.bisect ?? options.install ?? options.cache) !== undefined) {
    throw new UserError('--bisect, --install and --cache are about real versions', { hint: 'add --live' });
  }
  const versions = releasesIn(options);
  const live = options.live ? LiveProgress.of(io) : null;
  const plan = options.live ? await livePlan(versions, options, io, live) : null;
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  const params = { excludeTurns: options.excludeTurns === true, home: options.home ?? 'used' };
  const asked = (question: Question) =>
    (plan ? liveCompatibilityOf(question, plan) : compatibilityOf(question, versions)).catch((error) =>
      asProblem(question.path, error),
    );
  const answers: Compatibility[] = [];
  const errors: Problem[] = [];
  const failed: ExitCode[] = [];
  const named = targetsOf(rollouts, options.last === true, codexHome, io);
  const progress = plan ? null : ReadingProgress.of(io);
  const watchers = progress ? [progress] : [];
  const targets = live?.whole(named) ?? progress?.whole(named, targetPath, versions.length) ?? named;
  for await (const target of targets) {
    progress?.begin(targetPath(target) ?? '');
    const answer =
      target instanceof UserError ? target : await asked({ path: target.path, codexHome, params, watchers });
    await (live ?? progress)?.clear();
    if (answer instanceof Problem) {
      errors.push(answer);
      await io.err(stderrLine(answer.oneLine));
    } else {
      answers.push(answer);
      for (const { lifecycle, message } of answer.failures) {
        failed.push(exitCode.server);
        await io.err(stderrLine(`${answer.path}: ${lifecycle}: ${message}`));
      }
    }
  }
  const isBad = answers.some(({ lifecycles }) => lifecycles.some(isWorse));
  const code = worstExitCode([
    ...errors.map((error) => error.exitCode),
    ...failed,
    ...(isBad ? [exitCode.failed] : []),
  ]);
  const asOf = plan ? plan.versions.map(({ version }) => version) : versions;
  const [from, to] = [asOf[0] ?? versions[0], asOf.at(-1) ?? versions[0]];
  const answer: CompatAnswer = { from, to, isLive: plan !== null, rollouts: answers, errors, exitCode: code };
  const format = outputFormat(options, io);
  // Of no rollout at all it cannot be said that nothing changes for the worse.
  if (format.kind !== 'text' || answers.length > 0) await writeCompat(answer, format, io.out);
  await writePage(async () => (await import('../../report/compat/page.ts')).compatPage(answer));
  return code;
}

function asProblem(path: string, error: unknown): Problem {
  if (error instanceof Problem && error.code !== 'not-a-rollout') return error;
  const cannot = cannotRead(path, error);
  if (cannot instanceof Problem) return cannot;
  throw cannot;
}
