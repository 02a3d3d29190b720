import { chmod } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ExitCode, exitCode, UserError } from '../../../errors.ts';
import { writing } from '../../../files/cannot-write.ts';
import { shim as shimKind } from '../../../files/kinds.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { writeOutput } from '../../../files/output-file.ts';
import type { Io } from '../../../io.ts';
import { findCodex } from '../../../replay/sandbox/find-codex.ts';
import { escapeControls } from '../../../report/escape-controls.ts';
import { shimScript } from '../../shared/shim-script.ts';

export interface ShimOptions {
  readonly codexBin?: string;
  readonly force?: true;
}

/** `tap shim`: writes an executable that clients take for codex. Each app-server that is started by it is tapped. */
export async function shim(folder: string, options: ShimOptions, io: Io): Promise<ExitCode> {
  const path = await writeShim(folder, options, io);
  await io.out(
    [
      `${escapeControls(path)} stands in for codex: its app-servers are tapped.`,
      `Name it as the command of your client, or as CODEX_PATH. Logs and transcripts come into ${escapeControls(join(path, '..'))}.`,
      '',
    ].join('\n'),
  );
  return exitCode.ok;
}

/** Writes the executable `codex` into the folder `name`. @returns its absolute path. @throws {CannotWrite} or {UserError} */
export async function writeShim(name: string, { codexBin, force }: ShimOptions, io: Io): Promise<string> {
  const folder = resolve(io.cwd, name);
  const found = await findCodex(codexBin, io.env, io.cwd);
  if (!found) throw new UserError('there is no codex binary', { hint: 'name it with --codex-bin or $CODEX_BIN' });
  const path = join(folder, 'codex');
  await writing(path, () => makeFolder(folder));
  if (resolve(io.cwd, found.path) === path) {
    throw new UserError(`${path} is the codex that would be tapped`, { hint: 'name another one with --codex-bin' });
  }
  const program = resolve(import.meta.dirname, '..', 'bin', 'rollout-inspect.js');
  await writeOutput(path, shimKind, { inputs: [], force: force === true }, scriptOf(program, found.path, folder));
  await chmod(path, 0o755);
  return path;
}

/** Only app-servers are tapped; whatever else the client does with codex goes to it as it is. */
function scriptOf(program: string, codex: string, folder: string): string {
  const tapped = [process.execPath, program, 'tap', '--log', folder, '--record', folder, '--', codex];
  return shimScript({ title: 'rollout-inspect tap shim', appServer: tapped, codex });
}
