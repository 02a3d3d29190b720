import { existsSync, realpathSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

/** A codex binary, and how it was found. */
export interface FoundCodex {
  readonly path: string;
  /** For people. */
  readonly from: '--codex-bin' | '$CODEX_BIN' | 'the node_modules of rollout-inspect' | 'the PATH';
}

/**
 * The codex binary: `named` if the user names one, else `$CODEX_BIN`, or else `codex` on the `PATH`. One that is named is a
 * path, or a name on the `PATH`, and counts whether it is there or not. Undefined when there is none.
 *
 * What stands in a `node_modules` of the working directory is not run, whatever the package.json beside it says: both may
 * have come with a repository that somebody only wants to look at. The exception is the checkout of this program itself,
 * `own`, where that is what we run in: whoever could change its node_modules could change the program.
 */
export async function findCodex(
  named: string | undefined,
  env: Environment,
  cwd: string,
  own = ownFolder(),
): Promise<FoundCodex | undefined> {
  if (named) return { path: await chosen(named, env, cwd), from: '--codex-bin' };
  if (env.CODEX_BIN) return { path: await chosen(env.CODEX_BIN, env, cwd), from: '$CODEX_BIN' };
  const ours = isWithin(cwd, own) ? await firstProgram('codex', [join(own, 'node_modules', '.bin')]) : undefined;
  if (ours !== undefined) return { path: ours, from: 'the node_modules of rollout-inspect' };
  const onPath = await firstProgram('codex', searched(env, cwd));
  return onPath === undefined ? undefined : { path: onPath, from: 'the PATH' };
}

async function chosen(name: string, env: Environment, cwd: string): Promise<string> {
  if (name !== basename(name)) return resolve(cwd, name);
  return (await firstProgram(name, searched(env, cwd))) ?? name;
}

/** The folder of the package that this program is a part of: the nearest one with a package.json. */
function ownFolder(): string {
  // In a bundle it is a path already.
  const here = import.meta.url.startsWith('file:') ? fileURLToPath(import.meta.url) : import.meta.url;
  let folder = dirname(here);
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Whether `folder` is `outer` or below it, wherever links lead. */
function isWithin(folder: string, outer: string): boolean {
  try {
    const [inner, whole] = [realpathSync(folder), realpathSync(outer)];
    return inner === whole || inner.startsWith(whole.endsWith(sep) ? whole : whole + sep);
  } catch {
    return false;
  }
}

/** The folders of the `PATH`. */
function searched({ PATH = '' }: Environment, cwd: string): string[] {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => resolve(cwd, folder));
}

async function firstProgram(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const candidate = join(folder, name);
    if (await isProgram(candidate)) return candidate;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
