import { chmod } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import { writing } from '../../files/cannot-write.ts';
import { shim as shimKind } from '../../files/kinds.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { writeOutput } from '../../files/output-file.ts';
import type { Io } from '../../io.ts';
import { findCodex } from '../../replay/sandbox/find-codex.ts';
import { escapeControls } from '../../report/escape-controls.ts';
import { shimScript } from '../shared/shim-script.ts';

export interface ServeShimOptions {
  readonly codexHome: string;
  readonly emulate?: string;
  readonly fault?: readonly string[];
  readonly script?: string;
  readonly seed?: string;
  readonly codexBin?: string;
  readonly force?: true;
}

/** `shim`: writes an executable that clients take for codex: its app-servers are served here, everything else is codex. */
export async function shim(folder: string, options: ServeShimOptions, io: Io): Promise<ExitCode> {
  const absolute = resolve(io.cwd, folder);
  const path = join(absolute, 'codex');
  const found = await findCodex(options.codexBin, io.env, io.cwd);
  const codex = found ? resolve(io.cwd, found.path) : null;
  if (codex === path) {
    throw new UserError(`${path} is the codex that is found`, { hint: 'name another one with --codex-bin' });
  }
  await writing(path, () => makeFolder(absolute));
  const program = resolve(import.meta.dirname, '..', 'bin', 'rollout-inspect.js');
  const served = [process.execPath, program, 'serve', ...wordsOf(options, io)];
  const text = shimScript({ title: 'rollout-inspect serve shim', appServer: served, codex });
  await writeOutput(path, shimKind, { inputs: [], force: options.force === true }, text);
  await chmod(path, 0o755);
  const others = codex === null ? 'There is no other codex for anything else.' : `Anything else goes to ${codex}.`;
  await io.out(
    [
      `${escapeControls(path)} stands in for codex: its app-servers serve ${escapeControls(resolve(io.cwd, options.codexHome))}.`,
      `Name it as the command of your client, or as CODEX_PATH. ${escapeControls(others)}`,
      '',
    ].join('\n'),
  );
  return exitCode.ok;
}

/** The options of the server, as its command line takes them: paths hold wherever the client starts it. */
function wordsOf({ codexHome, emulate, fault = [], script, seed }: ServeShimOptions, { cwd }: Io): string[] {
  return [
    ...['--codex-home', resolve(cwd, codexHome)],
    ...(emulate === undefined ? [] : ['--emulate', emulate]),
    ...fault.flatMap((name) => ['--fault', name]),
    ...(script === undefined ? [] : ['--script', resolve(cwd, script)]),
    ...(seed === undefined ? [] : ['--seed', seed]),
  ];
}
