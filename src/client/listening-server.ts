import { lastExcerpt } from '../wire/excerpt.ts';
import { ServerFailure } from '../wire/server-failure.ts';
import { within } from '../wire/within.ts';
import { ServerProcess, type ServerProcessOptions } from './server-process.ts';

/** Codex colours its standard error even when it is no terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what SGR sequences begin with
const SGR = /\u001b\[[\d;]*m/g;

/** Complete only with what follows: the port may come in two pieces. */
const ADDRESS = /ws:\/\/(?:127(?:\.\d{1,3}){3}|\[::1\]):\d+(?=\s)/;

/**
 * Starts a server that listens on the loopback interface, for example `codex app-server --listen ws://127.0.0.1:0`, and
 * waits until it says where. `connectMs`: how long that may take, in milliseconds.
 * @throws {ServerFailure} when it cannot be started, ends, or does not say it in time; then it is gone
 */
export async function startListening(
  command: readonly string[],
  options: ServerProcessOptions & { readonly connectMs: number },
): Promise<{ readonly process: ServerProcess; readonly url: string }> {
  // It does not read its input, so that the end of it means nothing.
  const server = await ServerProcess.start(command, { ...options, stop: { inputMs: 0 } });
  const said = saidAddress(server);
  try {
    const url = await within(Promise.race([said.address, server.ended.then(() => null)]), options.connectMs);
    if (typeof url === 'string') return { process: server, url };
    const what = url === null ? await server.ended : `did not say where it listens within ${options.connectMs} ms`;
    const stderr = lastExcerpt(plain(server.stderrTail));
    throw new ServerFailure(`${command[0]} ${what}${stderr ? `: ${stderr}` : ''}`);
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    said.stop();
  }
}

function saidAddress(server: ServerProcess): { readonly address: Promise<string>; readonly stop: () => void } {
  let stop = () => {};
  const address = new Promise<string>((resolve) => {
    stop = server.onStderr(() => {
      const [found] = ADDRESS.exec(plain(server.stderrTail)) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return { address, stop };
}

function plain(text: string): string {
  return text.replace(SGR, '');
}
