import { stat } from 'node:fs/promises';
import { isThreadId } from '../../codex/records/session-meta.ts';
import { newestCodex } from '../../codex/version.ts';
import { UserError } from '../../errors.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { newestRollout } from '../../history/homes.ts';
import { listRollouts } from '../../history/list-rollouts.ts';
import type { Io } from '../../io.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { NotARollout, type OpenRollout, openRollout } from '../../rollout/lines/open-rollout.ts';

/** What a `<rollout>` argument stands for: `path` is what to call it. */
export interface Target {
  readonly path: string;
  readonly open: () => Promise<OpenRollout>;
  /** It was not named itself, but found below a directory that was. */
  readonly isListed?: true;
}

/**
 * The rollouts that the arguments name, in their order: paths, directories, thread ids, `-`; or, with `last`, the
 * newest one of the Codex home. An argument that names none gives the reason instead.
 * @throws {UserError} when the arguments make no sense together
 */
export async function* targetsOf(
  rollouts: readonly string[],
  last: boolean,
  codexHome: string,
  io: Io,
): AsyncGenerator<Target | UserError> {
  if (last && rollouts.length > 0) throw new UserError('--last takes no rollout', { hint: 'it is the newest one' });
  if (!last && rollouts.length === 0) {
    throw new UserError('no rollout named', { hint: 'a path, a directory, a thread id, - or --last' });
  }
  if (rollouts.filter((rollout) => rollout === '-').length > 1) {
    throw new UserError('standard input is named twice', { hint: 'it can be read only once' });
  }
  const finds = last ? [() => newest(codexHome)] : rollouts.map((rollout) => () => named(rollout, codexHome, io));
  for (const find of finds) {
    try {
      yield* await find();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      yield error;
    }
  }
}

/**
 * The one rollout that the argument names, or, with `last`, the newest one of the Codex home.
 * @throws {UserError} when there is none, or more than one
 */
export async function oneTarget(
  rollout: string | undefined,
  last: boolean,
  codexHome: string,
  io: Io,
): Promise<Target> {
  const found: Target[] = [];
  for await (const target of targetsOf(rollout === undefined ? [] : [rollout], last, codexHome, io)) {
    if (target instanceof UserError) throw target;
    if (found.push(target) > 1) throw new UserError(`more than one rollout below ${rollout}`, { hint: 'name one' });
  }
  return found[0] as Target;
}

async function named(rollout: string, codexHome: string, io: Io): Promise<(Target | UserError)[]> {
  if (rollout === '-') return [standardInput(io)];
  if (isThreadId(rollout)) return [fileTarget(await threadPath(rollout, codexHome))];
  const isDirectory = await reading(rollout, async () => (await stat(rollout)).isDirectory());
  if (!isDirectory) return [fileTarget(rollout)];
  const { paths, unreadable, links } = await reading(rollout, () => listRollouts(rollout));
  if (links > 0) await io.err(stderrLine(`note: ${rollout}: links are not followed: ${links}`));
  const problems = unreadable
    .map(({ path, error }) => cannotRead(path, error))
    .filter((each) => each instanceof UserError);
  if (paths.length + problems.length === 0) {
    throw new UserError(`no rollouts below ${rollout}`, { hint: 'they end in .jsonl or .jsonl.zst' });
  }
  return [...paths.map((path): Target => ({ ...fileTarget(path), isListed: true })), ...problems];
}

async function newest(codexHome: string): Promise<Target[]> {
  const path = await reading(codexHome, async () => newestRollout(codexHome));
  if (!path)
    throw new UserError(`no rollouts in the Codex home ${codexHome}`, { hint: 'name another with --codex-home' });
  return [fileTarget(path)];
}

async function threadPath(threadId: string, codexHome: string): Promise<string> {
  const path = await reading(codexHome, () => new RolloutFinder(newestCodex).findThread(codexHome, threadId));
  if (path) return path;
  const hint = `looked in sessions and archived_sessions of ${codexHome}; name another with --codex-home`;
  throw new UserError(`no rollout of thread ${threadId}`, { hint });
}

function fileTarget(path: string): Target {
  return { path, open: () => openRollout(path) };
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function standardInput(io: Io): Target {
  if (io.stdin.isTTY) {
    throw new UserError('standard input is a terminal', { hint: 'pipe a rollout into it, or name a file' });
  }
  return { path: '-', open: async () => ({ kind: 'stream', chunks: io.stdin }) };
}

const systemProblems: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'not a directory:'],
  ['EACCES', 'no permission to read'],
  ['EPERM', 'no permission to read'],
  ['ELOOP', 'too many links at'],
  ['ENAMETOOLONG', 'too long a name:'],
]);

/** A failure to open or read `path` as one line for the user. What is no such failure is handed back as it is. */
export function cannotRead(path: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  if (error instanceof NotARollout) {
    return new UserError(`${path} ${error.message}`, { cause: error, hint: error.hint });
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code !== 'string') return error;
  const problem = systemProblems.get(code);
  const message = problem ? `${problem} ${path}` : `cannot read ${path}: ${code}`;
  const hint = 'a rollout is a path, a directory, a thread id (a UUID) or - for standard input';
  return new UserError(message, { cause: error, ...(code === 'ENOENT' && { hint }) });
}
