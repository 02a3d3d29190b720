import { statSync } from 'node:fs';
import { newestCodex } from '../../codex/version.ts';
import { type ExitCode, exitCode, UserError, worstExitCode } from '../../errors.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { noticeLines } from '../../report/notice.ts';
import { writeSize } from '../../report/size/index.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { FileShrank } from '../../rollout/lines/random-access.ts';
import { type Measured, measureRollout } from '../../size/measure-rollout.ts';
import type { RolloutSize } from '../../size/rollout-size.ts';
import { Total } from '../../size/total-size.ts';
import { noticeKinds } from '../../usage/notice.ts';
import { type FormatOptions, outputFormat } from '../shared/output-format.ts';
import { type PageOptions, type WritePage, withPage } from '../shared/page-file.ts';
import { ReadingProgress } from '../shared/reading-progress.ts';
import { cannotRead, lastOf, type Target, targetPath, targetsOf } from '../shared/targets.ts';

export interface SizeOptions extends FormatOptions, PageOptions {
  readonly last?: true;
  readonly cwd?: string;
  readonly codexHome?: string;
  readonly lenient?: true;
}

/** `size <rollout...>`: what the bytes of rollouts are, and why they are there. */
export function size(arguments_: readonly string[], options: SizeOptions, io: Io): Promise<ExitCode> {
  return withPage(options, arguments_, io, (writePage) => sizesOf(arguments_, options, io, writePage));
}

async function sizesOf(
  arguments_: readonly string[],
  options: SizeOptions,
  io: Io,
  writePage: WritePage,
): Promise<ExitCode> {
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  const finder = new RolloutFinder(newestCodex, codexHome);
  const progress = ReadingProgress.of(io);
  const total = new Total();
  const rollouts: RolloutSize[] = [];
  const errors: UserError[] = [];
  const codes: ExitCode[] = [];
  const targets = targetsOf(arguments_, lastOf(options), codexHome, io);
  for await (const target of progress?.whole(targets, targetPath) ?? targets) {
    const answer = target instanceof UserError ? target : await measure(target, finder, progress);
    await progress?.clear();
    if (answer instanceof UserError) {
      codes.push(exitCode.cannot);
      errors.push(answer);
      await io.err(stderrLine(answer.oneLine));
      continue;
    }
    codes.push(sizeExitCode(answer.size, options.lenient === true));
    for (const line of noticeLines(answer.size.notices)) await io.err(stderrLine(line));
    total.add(answer);
    rollouts.push(answer.size);
  }
  const code = worstExitCode(codes);
  const isOne = arguments_.length <= 1 && !arguments_.some(isDirectory);
  if (rollouts.length === 0 && errors.length > 0) return code;
  const answer = {
    rollouts: rollouts.sort((a, b) => b.bytes - a.bytes),
    total: isOne ? null : total.sum(),
    exitCode: code,
    errors: errors.map(({ message, hint }) => ({ message, hint: hint ?? null })),
  };
  await writeSize(answer, outputFormat(options, io), io.out);
  await writePage(async () => (await import('../../report/size/page.ts')).sizePage(answer));
  return code;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function measure(
  { path, open }: Target,
  finder: RolloutFinder,
  progress: ReadingProgress | null,
): Promise<Measured | UserError> {
  try {
    progress?.begin(path);
    return await measureRollout(
      path,
      await open(),
      finder,
      progress ? (read, all) => progress.show(read, all) : undefined,
    );
  } catch (error) {
    if (error instanceof FileShrank)
      return new UserError(`${path}: ${error.message}`, { cause: error, hint: 'try again' });
    const cannot = cannotRead(path, error);
    if (cannot instanceof UserError) return cannot;
    throw cannot;
  }
}

function sizeExitCode({ notices }: RolloutSize, lenient: boolean): ExitCode {
  const kinds = new Set(notices.map(({ id }) => noticeKinds[id]));
  return kinds.has('partial') || (kinds.has('skipped') && !lenient) ? exitCode.partial : exitCode.ok;
}
