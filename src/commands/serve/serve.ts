import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { listen, type ServesChannels } from '../../server/listen.ts';
import { LONGEST_REQUEST } from '../../server/request-limits.ts';
import { lineChannel } from '../../wire/line-channel.ts';
import { bearerToken } from '../shared/bearer-token.ts';
import { listenProblem } from '../shared/listen-problem.ts';
import { chosenServer } from './chosen-server.ts';
import type { ServeOptions } from './serve-options.ts';

const STDIO = 'stdio://';

/** `serve`: an app-server on standard input and output until the input ends, or on a socket until a signal comes. */
export async function serve(asked: ServeOptions, io: Io): Promise<ExitCode> {
  const options: ServeOptions = {
    ...asked,
    ...(asked.stdio && { listen: STDIO }),
    ...(asked.wsTokenFile !== undefined && { tokenFile: asked.wsTokenFile }),
  };
  const namesToken = (options.tokenEnv ?? options.tokenFile) !== undefined;
  if (namesToken && !options.listen.startsWith('ws://')) {
    throw new UserError('a token is only for --listen ws://', { hint: 'for example --listen ws://127.0.0.1:0' });
  }
  const token = await bearerToken(options, io);
  const server = await chosenServer(options, io);
  const { ignored = [] } = options;
  if (ignored.length > 0) await io.err(stderrLine(`note: settings for Codex are not looked at: ${ignored.join(', ')}`));
  return options.listen === STDIO ? overStdio(server, io) : overSocket(server, options.listen, token, io);
}

async function overStdio(server: ServesChannels, io: Io): Promise<ExitCode> {
  let failure: unknown;
  // Codex's app-server too goes on when nobody reads its output any more.
  const write = (text: string) =>
    io.out(text).catch((error: unknown) => {
      failure ??= error;
    });
  await server.accept(lineChannel({ input: io.stdin, write, close: async () => {} }, LONGEST_REQUEST));
  await server.close();
  if (failure) throw failure;
  return exitCode.ok;
}

/** Ends only by a signal. */
async function overSocket(server: ServesChannels, url: string, token: string | undefined, io: Io): Promise<ExitCode> {
  try {
    const listener = await listen(server, url, token === undefined ? {} : { token });
    io.onDeadlySignal(listener.close);
    await io.err(stderrLine(`listening on ${listener.url}`));
  } catch (error) {
    throw listenProblem(error, 'for example ws://127.0.0.1:0; other addresses need --token-env or --token-file');
  }
  return new Promise(() => {});
}
