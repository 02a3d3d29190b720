import { existsSync } from 'node:fs';
import type { CodexVersion } from '../../codex/version.ts';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { writeSessions } from '../../report/sessions/index.ts';
import type { ListedSession } from '../../report/sessions/model.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { openRollout } from '../../rollout/lines/open-rollout.ts';
import { listSessions, type SessionFilter } from '../../sessions/list-sessions.ts';
import { onResume } from '../../sessions/on-resume.ts';
import type { Session } from '../../sessions/session.ts';
import { restoreUsageOf } from '../../usage/restore-usage.ts';
import { emulatedVersion } from '../shared/emulated-version.ts';
import { type FormatOptions, outputFormat } from '../shared/output-format.ts';
import { cannotRead } from '../shared/targets.ts';
import { sinceTime } from './since.ts';

export interface SessionsOptions extends FormatOptions {
  readonly cwd?: string;
  readonly since?: string;
  readonly search?: string;
  readonly all?: true;
  readonly limit?: number;
  readonly codexHome?: string;
  readonly emulate?: string;
}

/** How many sessions people are shown unless they ask for more. */
const SHOWN_SESSIONS = 30;

/** `sessions`: what there is in a Codex home, and what a client will see of it. */
export async function sessions(options: SessionsOptions, io: Io): Promise<ExitCode> {
  const now = new Date();
  const version = emulatedVersion(options.emulate);
  const filter = filterOf(options, now);
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  if (!existsSync(codexHome)) {
    throw new UserError(`there is no Codex home ${codexHome}`, { hint: 'name another with --codex-home' });
  }
  const list = await reading(codexHome, () => listSessions(codexHome, version, filter));
  const format = outputFormat(options, io);
  const limit = options.limit ?? (format.kind === 'text' ? SHOWN_SESSIONS : Number.POSITIVE_INFINITY);
  const finder = new RolloutFinder(version, codexHome);
  const shown: ListedSession[] = [];
  const problems = list.unreadable.map(({ path, error }) => cannotRead(path, error));
  for (const session of list.sessions.slice(0, limit)) {
    const listed = await withUsage(session, finder, version);
    if (listed instanceof Error) problems.push(listed);
    else shown.push(listed);
  }
  const unreadable = problems.filter((problem) => problem instanceof UserError);
  const [bug] = problems.filter((problem) => !(problem instanceof UserError));
  if (bug) throw bug;
  for (const problem of unreadable) await io.err(stderrLine(problem.oneLine));
  const code = unreadable.length > 0 ? exitCode.partial : exitCode.ok;
  const { rollouts, idLength } = list;
  const summary = { exitCode: code, codexHome, rollouts, found: list.sessions.length, idLength, now };
  await writeSessions(shown, summary, format, io.out);
  return code;
}

function filterOf({ all, cwd, since, search }: SessionsOptions, now: Date): SessionFilter {
  return {
    all: all === true,
    ...(cwd !== undefined && { cwd }),
    ...(since !== undefined && { since: sinceTime(since, now) }),
    ...(search !== undefined && { search }),
  };
}

async function withUsage(
  session: Session,
  finder: RolloutFinder,
  version: CodexVersion,
): Promise<ListedSession | UserError> {
  try {
    const usage = await restoreUsageOf(session.path, await openRollout(session.path), finder);
    const { tokenUsageInfo, contextLeftPercent } = usage;
    return { ...session, tokenUsageInfo, contextLeftPercent, onResume: onResume(session, usage, version) };
  } catch (error) {
    const cannot = cannotRead(session.path, error);
    if (cannot instanceof UserError) return cannot;
    throw cannot;
  }
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw cannotRead(path, error);
  }
}
