import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { StrictJsonError } from '../../json/strict-json.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { repeatFrom } from '../../server/clock.ts';
import { EmbeddedServer } from '../../server/embedded-server.ts';
import { listen } from '../../server/listen.ts';
import { LONGEST_REQUEST } from '../../server/request-limits.ts';
import { undoUnfinishedWrites } from '../../server/store/unfinished-writes.ts';
import { readScript, type ServerScript } from '../../server/turns/turn-script.ts';
import { lineChannel } from '../../wire/line-channel.ts';
import { bearerToken, type TokenOptions } from '../shared/bearer-token.ts';
import { emulatedVersion } from '../shared/emulated-version.ts';
import { faultsNamed } from '../shared/faults-named.ts';
import { cannotRead } from '../shared/targets.ts';

export interface ServeOptions extends TokenOptions {
  readonly codexHome: string;
  readonly listen: string;
  readonly emulate?: string;
  readonly fault?: readonly string[];
  /** The file that says what the model does. */
  readonly script?: string;
  /** Makes ids and times the same ones each time. */
  readonly seed?: string;
  readonly stdio?: true;
  /** The name of `--token-file` in the command line of Codex. */
  readonly wsTokenFile?: string;
}

const STDIO = 'stdio://';

/** `serve`: an app-server on standard input and output until the input ends, or on a socket until a signal comes. */
export async function serve(asked: ServeOptions, io: Io): Promise<ExitCode> {
  const options: ServeOptions = {
    ...asked,
    ...(asked.stdio && { listen: STDIO }),
    ...(asked.wsTokenFile !== undefined && { tokenFile: asked.wsTokenFile }),
  };
  const faults = faultsNamed(options.fault ?? []);
  const version = emulatedVersion(options.emulate);
  const namesToken = (options.tokenEnv ?? options.tokenFile) !== undefined;
  if (namesToken && !options.listen.startsWith('ws://')) throw new UserError('a token is only for --listen ws://');
  const token = await bearerToken(options, io);
  if (!(await isFolder(options.codexHome)))
    throw new UserError(`no such folder: ${options.codexHome}`, { hint: 'a Codex home, which may be an empty folder' });
  for (const path of await undoUnfinishedWrites(options.codexHome))
    await io.err(stderrLine(`note: undid what a server had begun to write when it was killed: ${path}`));
  if (options.seed !== undefined) repeatFrom(options.seed);
  const script = options.script === undefined ? undefined : await scriptIn(options.script, io);
  const server = new EmbeddedServer({ codexHome: options.codexHome, version, faults, ...(script && { script }) });
  return options.listen === STDIO ? overStdio(server, io) : overSocket(server, options.listen, token, io);
}

async function overStdio(server: EmbeddedServer, io: Io): Promise<ExitCode> {
  let failure: unknown;
  // Codex's app-server too goes on when nobody reads its output any more.
  const write = (text: string) =>
    io.out(text).catch((error: unknown) => {
      failure ??= error;
    });
  await server.accept(lineChannel({ input: io.stdin, write, close: async () => {} }, LONGEST_REQUEST));
  if (failure) throw failure;
  return exitCode.ok;
}

/** Ends only by a signal. */
async function overSocket(server: EmbeddedServer, url: string, token: string | undefined, io: Io): Promise<ExitCode> {
  try {
    const listener = await listen(server, url, token === undefined ? {} : { token });
    io.onDeadlySignal(listener.close);
    await io.err(stderrLine(`listening on ${listener.url}`));
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`--listen: ${error.message}`, { cause: error });
    throw error;
  }
  return new Promise(() => {});
}

/** @throws {UserError} when the file cannot be read, or is no script */
async function scriptIn(file: string, io: Io): Promise<ServerScript> {
  const path = resolve(io.cwd, file);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw cannotRead(file, error);
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
