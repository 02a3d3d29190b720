import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { StrictJsonError } from '../../json/strict-json.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { repeatFrom } from '../../server/clock.ts';
import { EmbeddedServer } from '../../server/embedded-server.ts';
import type { ServesChannels } from '../../server/listen.ts';
import { PlayedServer } from '../../server/played/played-server.ts';
import { undoUnfinishedWrites } from '../../server/store/unfinished-writes.ts';
import { readScript, type ServerScript } from '../../server/turns/turn-script.ts';
import { emulatedVersion } from '../shared/emulated-version.ts';
import { faultsNamed } from '../shared/faults-named.ts';
import { cannotRead } from '../shared/targets.ts';
import { transcriptAt, WRITTEN_BY } from '../shared/transcript-file.ts';
import type { ServeOptions } from './serve-options.ts';

/** What serves: a Codex home, or a recorded session that is played again. @throws {UserError} when that cannot be */
export async function chosenServer(options: ServeOptions, io: Io): Promise<ServesChannels> {
  if (options.from !== undefined) return playedServer(options.from, options, io);
  const { codexHome } = options;
  if (codexHome === undefined)
    throw new UserError("required option '--codex-home <dir>' not specified", { hint: 'see --help; or --from <file>' });
  const faults = faultsNamed(options.fault ?? []);
  const version = emulatedVersion(options.emulate);
  if (!(await isFolder(codexHome)))
    throw new UserError(`no such folder: ${codexHome}`, { hint: 'a Codex home, which may be an empty folder' });
  const script = options.script === undefined ? undefined : await scriptIn(options.script, io);
  for (const path of await undoUnfinishedWrites(codexHome))
    await io.err(stderrLine(`note: undid what a server had begun to write when it was killed: ${path}`));
  if (options.seed !== undefined) repeatFrom(options.seed);
  return new EmbeddedServer({ codexHome, version, faults, ...(script && { script }) });
}

async function playedServer(file: string, options: ServeOptions, io: Io): Promise<PlayedServer> {
  const { codexHome, emulate, fault, script, seed } = options;
  const others = Object.entries({ 'codex-home': codexHome, emulate, fault, script, seed });
  const other = others.find(([, value]) => value !== undefined);
  if (other)
    throw new UserError(`--from cannot be used with --${other[0]}`, { hint: 'a recorded session is played as it was' });
  const { entries, redacted, missing } = await transcriptAt(file);
  if (redacted)
    throw new UserError(`${file} is redacted: a client could not go on from it`, {
      hint: 'record it without redaction',
    });
  if (entries.length === 0) throw new UserError(`${file} holds no messages`, { hint: WRITTEN_BY });
  if (missing > 0) await io.err(stderrLine(`note: ${missing} messages of the session are not in ${file}`));
  const onUnknown = (method: string) => void io.err(stderrLine(`note: not in ${file}: ${method}`));
  return new PlayedServer({ entries, onUnknown });
}

/** @throws {UserError} when the file cannot be read, or is no script */
async function scriptIn(file: string, io: Io): Promise<ServerScript> {
  const bytes = await readFile(resolve(io.cwd, file)).catch((error: unknown) => {
    throw cannotRead(file, error, 'a script is what docs/serve.md says');
  });
  try {
    return readScript(bytes);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new UserError(`${file}: ${error.message}`, { cause: error, hint: 'see docs/serve.md' });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
