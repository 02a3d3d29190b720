import { realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { UserError } from '../../errors.ts';
import { listRollouts } from '../../history/list-rollouts.ts';
import { entryOf } from '../../history/paths.ts';
import { RealFolders } from '../../history/real-folders.ts';
import type { Io } from '../../io.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { NotARollout, type OpenRollout, openRollout } from '../../rollout/lines/open-rollout.ts';
import { argumentPath, expandedPattern, isPattern } from './argument-path.ts';
import { lastPath, pathInHome, threadIdIn, threadPath } from './home-lookup.ts';

/** What a `<rollout>` argument stands for: `path` is what to call it. */
export interface Target {
  readonly path: string;
  readonly open: () => Promise<OpenRollout>;
  /** It was not named itself, but found below a directory that was. */
  readonly isListed?: true;
}

/** Null for an argument that names none. */
export function targetPath(target: Target | UserError): string | null {
  return target instanceof UserError ? null : target.path;
}

/** `--last` of a command, or of those sessions alone that were begun in a folder. */
export type Last = boolean | { readonly cwd: string };

/** What `--last` and `--cwd` ask for. @throws {UserError} when there is a folder, but not `--last` */
export function lastOf({ last, cwd }: { readonly last?: true; readonly cwd?: string }): Last {
  if (cwd !== undefined && !last) throw new UserError('--cwd is for --last', { hint: 'the last session of a folder' });
  return cwd === undefined ? last === true : { cwd };
}

/** What stands for the last session in the place of a rollout: `replay --resume --last`. */
const LAST = '--last';

/**
 * The rollouts that the arguments name, in their order, each file once: paths, directories, patterns, `~`, `file://`, thread
 * ids and beginnings of them, file names and session names of the Codex home, `-`; or, with `last`, the session that was
 * written to last. An argument that names none gives the reason instead.
 * @throws {UserError} when the arguments make no sense together
 */
export async function* targetsOf(
  rollouts: readonly string[],
  last: Last,
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
  const seen = new Set<string>();
  const folders = new RealFolders();
  const finds = last ? [() => lastTarget(last, codexHome)] : rollouts.map((each) => () => named(each, codexHome, io));
  for (const find of finds) {
    for (const target of await found(find)) {
      const file = target instanceof UserError ? null : fileOf(target, folders);
      if (file !== null && seen.has(file)) continue;
      if (file !== null) seen.add(file);
      yield target;
    }
  }
}

async function found(find: () => Promise<readonly (Target | UserError)[]>): Promise<readonly (Target | UserError)[]> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof UserError) return [error];
    throw error;
  }
}

/** One name for a file that has several; null for what is none. */
function fileOf({ path, isListed }: Target, folders: RealFolders): string | null {
  try {
    // What was found below a directory is no link itself.
    const folder = isListed ? folders.of(dirname(path)) : null;
    return folder === null ? realpathSync(path) : entryOf(folder, basename(path));
  } catch {
    return null;
  }
}

/**
 * The one rollout that the argument names, or, with `last`, that of the session that was written to last.
 * @throws {UserError} when there is none, or more than one
 */
export async function oneTarget(rollout: string | undefined, last: Last, codexHome: string, io: Io): Promise<Target> {
  const all = await allTargets(rollout === undefined ? [] : [rollout], last, codexHome, io);
  if (all.length > 1) throw new UserError(`more than one rollout below ${rollout}`, { hint: 'name one' });
  return all[0] as Target;
}

/**
 * The rollouts that the arguments name, one at least.
 * @throws {UserError} when an argument names none
 */
export async function allTargets(
  rollouts: readonly string[],
  last: Last,
  codexHome: string,
  io: Io,
): Promise<readonly Target[]> {
  const all: Target[] = [];
  for await (const target of targetsOf(rollouts, last, codexHome, io)) {
    if (target instanceof UserError) throw target;
    all.push(target);
  }
  return all;
}

async function named(rollout: string, codexHome: string, io: Io): Promise<readonly (Target | UserError)[]> {
  if (rollout === '-') return [standardInput(io)];
  if (rollout === LAST) return lastTarget(true, codexHome);
  const threadId = threadIdIn(rollout);
  if (threadId !== undefined) return [fileTarget(await inHome(codexHome, () => threadPath(threadId, codexHome)))];
  const path = argumentPath(rollout);
  if (isPattern(path)) return (await expandedPattern(path, io.cwd)).map(fileTarget);
  const stats = await reading(path, () => stat(path)).catch((error) => error);
  if (stats instanceof UserError) {
    const other = path.includes('/') ? undefined : await inHome(codexHome, () => pathInHome(path, codexHome));
    if (other === undefined) throw stats;
    return [fileTarget(other)];
  }
  if (stats instanceof Error) throw stats;
  return stats.isDirectory() ? below(path, io) : [fileTarget(path)];
}

async function below(directory: string, io: Io): Promise<readonly (Target | UserError)[]> {
  const { paths, unreadable, links, files } = await reading(directory, () => listRollouts(directory));
  if (links > 0) await io.err(stderrLine(`note: ${directory}: links are not followed: ${links}`));
  const problems = unreadable
    .map(({ path, error }) => cannotRead(path, error))
    .filter((each) => each instanceof UserError);
  if (paths.length + problems.length === 0) {
    const hint = `of ${files} files none ends in .jsonl or .jsonl.zst; node_modules and dot folders are left out`;
    throw new UserError(`no rollouts below ${directory}`, { hint });
  }
  return [...paths.map((path): Target => ({ ...fileTarget(path), isListed: true })), ...problems];
}

async function lastTarget(last: Exclude<Last, false>, codexHome: string): Promise<Target[]> {
  const cwd = last === true ? undefined : last.cwd;
  return [fileTarget(await inHome(codexHome, () => lastPath(codexHome, cwd)))];
}

function inHome<T>(codexHome: string, look: () => Promise<T>): Promise<T> {
  return reading(codexHome, look);
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

const ROLLOUTS =
  'a rollout is a path, a directory, a thread id or its beginning, a session name, or - for standard input';

const systemProblems: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'not a directory:'],
  ['EACCES', 'no permission to read'],
  ['EPERM', 'no permission to read'],
  ['ELOOP', 'too many links at'],
  ['ENAMETOOLONG', 'too long a name:'],
]);

/**
 * A failure to open or read `path` as one line for the user; `hint`: what should be there. What is no such failure is handed
 * back as it is.
 */
export function cannotRead(path: string, error: unknown, hint = ROLLOUTS): unknown {
  if (error instanceof UserError) return error;
  if (error instanceof NotARollout) {
    return new UserError(`${path} ${error.message}`, { cause: error, hint: error.hint });
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code !== 'string') return error;
  const problem = systemProblems.get(code);
  const message = problem ? `${problem} ${path}` : `cannot read ${path}: ${code}`;
  return new UserError(message, { cause: error, ...(code === 'ENOENT' && { hint }) });
}
