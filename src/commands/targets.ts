import { stat } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { newestCodex } from '../rollout/codex-version.ts';
import { findThread, newestRollout } from '../rollout/find-thread.ts';
import { listRollouts } from '../rollout/list-rollouts.ts';
import { NotARollout, type OpenRollout, openRollout } from '../rollout/open-rollout.ts';
import { isThreadId } from '../rollout/session-meta.ts';

/** What a `<rollout>` argument stands for: `path` is what to call it. */
export interface Target {
  readonly path: string;
  readonly open: () => Promise<OpenRollout>;
}

/** The rollouts that an argument names: a path, a directory, a thread id, or `-`. @throws {UserError} for none. */
export async function targetsOf(argument: string, codexHome: string, io: Io): Promise<Target[]> {
  if (argument === '-') return [standardInput(io)];
  if (isThreadId(argument)) return [fileTarget(await threadPath(argument, codexHome))];
  const stats = await stat(argument).catch((error) => {
    throw cannotRead(argument, error);
  });
  if (!stats.isDirectory()) return [fileTarget(argument)];
  const paths = await listRollouts(argument).catch((error) => {
    throw cannotRead(argument, error);
  });
  if (paths.length === 0)
    throw new UserError(`no rollouts below ${argument}`, { hint: 'they end in .jsonl or .jsonl.zst' });
  return paths.map(fileTarget);
}

/** The newest rollout of a Codex home. */
export async function lastTarget(codexHome: string): Promise<Target> {
  const path = await newestRollout(codexHome).catch((error) => {
    throw cannotRead(codexHome, error);
  });
  if (!path)
    throw new UserError(`no rollouts in the Codex home ${codexHome}`, { hint: 'name another with --codex-home' });
  return fileTarget(path);
}

async function threadPath(threadId: string, codexHome: string): Promise<string> {
  const path = await findThread(codexHome, threadId, newestCodex).catch((error) => {
    throw cannotRead(codexHome, error);
  });
  if (path) return path;
  const hint = `looked in sessions and archived_sessions of ${codexHome}; name another with --codex-home`;
  throw new UserError(`no rollout of thread ${threadId}`, { hint });
}

function fileTarget(path: string): Target {
  const open = () =>
    openRollout(path).catch((error) => {
      throw cannotRead(path, error);
    });
  return { path, open };
}

function standardInput(io: Io): Target {
  if (io.stdin.isTTY) {
    throw new UserError('standard input is a terminal', { hint: 'pipe a rollout into it, or name a file' });
  }
  return { path: '-', open: async () => ({ kind: 'stream', chunks: io.stdin }) };
}

const systemProblems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'no permission to read',
  EPERM: 'no permission to read',
  ELOOP: 'too many links at',
  ENAMETOOLONG: 'too long a name:',
};

/** A failure to open or read `path` as one line for the user. What is no such failure is handed back as it is. */
export function cannotRead(path: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  if (error instanceof NotARollout) {
    return new UserError(`${path} ${error.message}`, { cause: error, ...(error.hint && { hint: error.hint }) });
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code !== 'string') return error;
  const problem = systemProblems[code];
  const message = problem ? `${problem} ${path}` : `cannot read ${path}: ${code}`;
  const hint = 'a rollout is a path, a directory, a thread id (a UUID) or - for standard input';
  return new UserError(message, { cause: error, ...(code === 'ENOENT' && { hint }) });
}
