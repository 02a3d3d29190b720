import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import { type CheckConfig, readConfig } from '../../check/config.ts';
import { UserError } from '../../errors.ts';
import { CONFIGURATION } from '../../files/refusal.ts';
import { StrictJsonError } from '../../json/strict-json.ts';

/** The configuration of a run. */
export interface Configuration {
  /** Null when there is none. */
  readonly path: string | null;
  /** What paths in it are relative to. */
  readonly folder: string;
  readonly config: Partial<CheckConfig>;
}

/**
 * Reads the configuration that the user names, or else the nearest one: in the folder of the first rollout that is named and
 * the folders above it, then in the working directory and those above, each time up to the root of a checkout.
 * @throws {UserError} when it cannot be read, or is wrong
 */
export async function readConfiguration(
  named: string | undefined,
  rollouts: readonly string[],
  cwd: string,
): Promise<Configuration> {
  const starts = [...rollouts.slice(0, 1).map((rollout) => resolve(folderOf(rollout))), cwd];
  const path = named ?? starts.map(nearest).find((found) => found !== null) ?? null;
  if (path === null) return { path: null, folder: cwd, config: {} };
  return { path, folder: dirname(resolve(cwd, path)), config: await configAt(path) };
}

async function configAt(path: string): Promise<Partial<CheckConfig>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const hint = 'the file that --config names, or rollout-inspect.config.json';
    throw new UserError(`cannot read the configuration ${path}: ${code}`, { cause, hint });
  }
  try {
    return readConfig(bytes);
  } catch (cause) {
    if (!(cause instanceof StrictJsonError)) throw cause;
    throw new UserError(`${path}: ${cause.message}`, { cause, hint: 'docs/checks.md lists the checks' });
  }
}

/** The folder that an argument is about: of a pattern the part before its first sign. */
function folderOf(argument: string): string {
  if (existsSync(argument)) return statSync(argument).isDirectory() ? argument : dirname(argument);
  return dirname(argument.replace(/[*?[{].*$/s, 'x'));
}

/** The configuration in a folder, or in the nearest one above it within the same checkout. */
function nearest(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, CONFIGURATION);
    if (existsSync(path)) return path;
    if (folder === parse(folder).root || existsSync(join(folder, '.git'))) return null;
  }
}
