import { HistoryNotices } from '../../accounting/history-notices.ts';
import { readThread, type ThreadTurns } from '../../accounting/thread-turns.ts';
import { eraOf } from '../../codex/era.ts';
import type { CodexVersion } from '../../codex/version.ts';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import { type ThreadHistory, threadHistory } from '../../history/thread-history.ts';
import type { Io } from '../../io.ts';
import { noticeLines } from '../../report/notice.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { writeTurns } from '../../report/turns/index.ts';
import { FileShrank } from '../../rollout/lines/random-access.ts';
import { type Notice, noticeKinds } from '../../usage/notice.ts';
import { emulatedVersion } from '../shared/emulated-version.ts';
import { type FormatOptions, outputFormat } from '../shared/output-format.ts';
import { type PageOptions, type WritePage, withPage } from '../shared/page-file.ts';
import { ReadingProgress } from '../shared/reading-progress.ts';
import { keepHeapSmall } from '../shared/small-heap.ts';
import { cannotRead, lastOf, oneTarget, type Target } from '../shared/targets.ts';

export interface TurnsOptions extends FormatOptions, PageOptions {
  readonly last?: true;
  readonly cwd?: string;
  readonly codexHome?: string;
  readonly emulate?: string;
  readonly lenient?: true;
  readonly all?: true;
  readonly lastTurns?: number;
  readonly follow?: true;
}

/** How many turns people are shown unless they ask for more. */
const SHOWN_TURNS = 30;
/** How many while they are followed, so that a screen holds them. */
const FOLLOWED_TURNS = 10;

/** `turns <rollout>`: the turns of a thread and what each of them used. */
export async function turns(rollout: string | undefined, options: TurnsOptions, io: Io): Promise<ExitCode> {
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  const target = await oneTarget(rollout, lastOf(options), codexHome, io);
  if (options.follow) return followed(target, options, codexHome, io);
  return withPage(options, [target.path], io, (writePage) => turnsOf(target, codexHome, options, io, writePage));
}

/** `turns --follow`: as NDJSON where nothing can be redrawn. */
async function followed(
  target: Target,
  { follow: _, last: __, cwd: ___, ...options }: TurnsOptions,
  codexHome: string,
  io: Io,
): Promise<ExitCode> {
  const { follow } = await import('../shared/follow.ts');
  const shown = options.all || options.lastTurns !== undefined ? {} : { lastTurns: FOLLOWED_TURNS };
  const isCard = io.isTerminal && !options.ndjson;
  const format = isCard ? shown : { ndjson: true as const };
  return follow(target, isCard, (path, inner) => turns(path, { ...options, ...format, codexHome }, inner), io);
}

async function turnsOf(
  target: Target,
  codexHome: string,
  options: TurnsOptions,
  io: Io,
  writePage: WritePage,
): Promise<ExitCode> {
  const version = emulatedVersion(options.emulate);
  const observer = new HistoryNotices();
  const progress = ReadingProgress.of(io);
  const { history, thread } = await read(target, version, codexHome, observer, progress).finally(() =>
    progress?.clear(),
  );
  const notices = observer.notices(history);
  const code = turnsExitCode(notices, options.lenient === true);
  const format = outputFormat(options, io);
  for (const line of noticeLines(notices)) await io.err(stderrLine(line));
  if (thread.resumeError) await io.err(stderrLine(refusal(thread, thread.resumeError.message, version)));
  const count = options.lastTurns ?? (format.kind === 'text' && !options.all ? SHOWN_TURNS : Number.POSITIVE_INFINITY);
  const answer = { thread, notices, exitCode: code };
  await writeTurns(answer, count, format, io.out);
  await writePage(async () => (await import('../../report/turns/page.ts')).turnsPage(answer));
  return code;
}

async function read(
  { path, open }: Target,
  version: CodexVersion,
  codexHome: string,
  observer: HistoryNotices,
  progress: ReadingProgress | null,
): Promise<{ readonly history: ThreadHistory; readonly thread: ThreadTurns }> {
  try {
    const history = await threadHistory(path, new RolloutFinder(version, codexHome), await open());
    keepHeapSmall();
    const watcher = progress ? [progress] : [];
    const { thread } = await readThread(history, eraOf(version), [observer, ...watcher]);
    return { history, thread };
  } catch (error) {
    if (error instanceof FileShrank) {
      throw new UserError(`${path}: ${error.message}`, { cause: error, hint: 'try again' });
    }
    throw cannotRead(path, error);
  }
}

function refusal({ path }: ThreadTurns, reason: string, version: CodexVersion): string {
  return `note: ${path}: Codex ${version.join('.')} does not resume it: ${reason}`;
}

function turnsExitCode(notices: readonly Notice[], lenient: boolean): ExitCode {
  const kinds = new Set(notices.map(({ id }) => noticeKinds[id]));
  return kinds.has('partial') || (kinds.has('skipped') && !lenient) ? exitCode.partial : exitCode.ok;
}
