import { readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ExitCode, exitCode, UserError } from '../../../errors.ts';
import { clientConfiguration } from '../../../files/kinds.ts';
import { writeOutput } from '../../../files/output-file.ts';
import type { Io } from '../../../io.ts';
import { escapeControls } from '../../../report/escape-controls.ts';
import { cannotRead } from '../../shared/targets.ts';
import { type ShimOptions, writeShim } from './shim.ts';

/**
 * Where clients name their codex, in JSON and TOML: the value of `CODEX_PATH`, `codexPath` or `codex_path`, and a `command`
 * that is called codex.
 */
const NAMED =
  /(["']?(?:CODEX_PATH|codex_?[pP]ath)["']?\s*[:=]\s*|["']?command["']?\s*[:=]\s*(?="(?:[^"\\]*\/)?codex"))"((?:[^"\\]|\\.)*)"/g;

export interface WrapOptions extends ShimOptions {
  /** The folder of the shim. */
  readonly shim?: string;
}

/** `tap wrap`: has a client start the shim in the place of its codex. The file is kept beside, for `tap unwrap`. */
export async function wrap(file: string, options: WrapOptions, io: Io): Promise<ExitCode> {
  const backup = backupOf(file);
  const text = await textOf(file);
  if (await exists(backup))
    throw new UserError(`${file} is wrapped already: ${backup} is there`, { hint: 'unwrap it first' });
  const places = [...text.matchAll(NAMED)];
  if (places.length === 0) {
    throw new UserError(`${file} names no codex that could be replaced`, {
      hint: 'make a shim with tap shim DIR and name it in the configuration yourself',
    });
  }
  const shim = await writeShim(options.shim ?? join(dirname(file), 'rollout-inspect-tap'), options, io);
  await writeOutput(backup, clientConfiguration, { inputs: [], force: false }, text);
  const wrapped = text.replace(NAMED, (_, name: string) => `${name}${JSON.stringify(shim)}`);
  await writeOutput(file, clientConfiguration, { inputs: [], force: true }, wrapped);
  const were = [...new Set(places.map(([, , value = '']) => value))].join(', ');
  await io.out(
    `${escapeControls(file)}: ${escapeControls(were)} is now ${escapeControls(shim)}; as it was: ${escapeControls(backup)}\n`,
  );
  return exitCode.ok;
}

/** `tap unwrap`: puts the configuration back as it was. */
export async function unwrap(file: string, io: Io): Promise<ExitCode> {
  const backup = backupOf(file);
  if (!(await exists(backup)))
    throw new UserError(`${file} is not wrapped: there is no ${backup}`, {
      hint: 'name the file that tap wrap changed',
    });
  const [before, now] = [await textOf(backup), await textOf(file)];
  const unchanged = before.replace(NAMED, '$1""') === now.replace(NAMED, '$1""');
  if (!unchanged) {
    throw new UserError(`${file} was changed since it was wrapped`, {
      hint: `compare it with ${backup} and put it back yourself`,
    });
  }
  await rename(backup, file);
  await io.out(`${escapeControls(file)} is as it was\n`);
  return exitCode.ok;
}

function backupOf(file: string): string {
  return join(dirname(file), `${basename(file)}.before-tap`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw cannotRead(file, error, 'the configuration of a client');
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
