import { access, constants, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The codex binary: `named` if the user names one, else `$CODEX_BIN`, `node_modules/.bin/codex` here or further up, or
 * `codex` on the `PATH`. One that is named is a path, or a name on the `PATH`, and counts whether it is there or not.
 * Undefined when there is none.
 */
export async function findCodex(named: string | undefined, env: Environment, cwd: string): Promise<string | undefined> {
  const chosen = named ?? env.CODEX_BIN;
  if (!chosen) {
    const modules = upwards(resolve(cwd)).map((folder) => join(folder, 'node_modules', '.bin'));
    return firstProgram('codex', [...modules, ...searched(env, cwd)]);
  }
  if (chosen !== basename(chosen)) return resolve(cwd, chosen);
  return (await firstProgram(chosen, searched(env, cwd))) ?? chosen;
}

/** The folders of the `PATH`. */
function searched({ PATH = '' }: Environment, cwd: string): string[] {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => resolve(cwd, folder));
}

function upwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
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
