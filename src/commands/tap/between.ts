import { startListening } from '../../client/listening-server.ts';
import { exitCode, UserError } from '../../errors.ts';
import type { Io, RawProcess } from '../../io.ts';
import { findCodex } from '../../replay/sandbox/find-codex.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { listenPlace } from '../../server/listen.ts';
import { relay } from '../../tap/relay/relay.ts';
import { listenProblem } from '../shared/listen-problem.ts';
import { endWatcher, faultsOf, startWatcher, type TapOptions } from './watcher.ts';

const CONNECT_MS = 30_000;
const LONGEST = 1024 * 1024 * 1024;
const ending: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** `tap --listen`: between any number of clients and one server, until a signal comes or the server ends. */
export async function between(
  listen: string,
  serverUrl: string,
  options: TapOptions,
  io: Io,
  raw: RawProcess,
): Promise<number> {
  const faults = faultsOf(options);
  try {
    listenPlace(listen, undefined);
  } catch (error) {
    throw listenProblem(error, 'for example ws://127.0.0.1:4500 or unix:///tmp/tap.sock');
  }
  let stop = (_: NodeJS.Signals | 'the server ended') => {};
  const stopped = new Promise<NodeJS.Signals | 'the server ended'>((resolve) => {
    stop = resolve;
  });
  const stopSignals = raw.onSignal((signal) => {
    if (ending.includes(signal)) stop(signal);
  });
  const server = serverUrl === 'codex' ? await startCodex(options, io) : undefined;
  void server?.process.ended.then(() => stop('the server ended'));
  try {
    const watcher = await startWatcher(options, io);
    server?.process.onStderr((text) => {
      watcher.passed('server', 'stderr', Buffer.from(text));
      raw.stderr.write(text);
    });
    const listener = await relay(listen, server?.url ?? serverUrl, watcher, faults);
    await io.err(stderrLine(`listening on ${listener.url}`));
    const why = await stopped;
    await listener.close();
    const hasFailed = await endWatcher(watcher, options, io);
    await server?.process.stop();
    stopSignals();
    if (hasFailed) return exitCode.failed;
    if (why === 'the server ended') return exitCode.server;
    raw.dieOf(why);
    return exitCode.ok;
  } finally {
    await server?.process.stop();
  }
}

async function startCodex(options: TapOptions, io: Io): ReturnType<typeof startListening> {
  const found = await findCodex(options.codexBin, io.env, io.cwd);
  if (!found) throw new UserError('there is no codex binary', { hint: 'name it with --codex-bin or $CODEX_BIN' });
  const env = Object.fromEntries(
    Object.entries(io.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const command = [found.path, 'app-server', '--listen', 'ws://127.0.0.1:0'];
  return startListening(command, { cwd: io.cwd, env, longest: LONGEST, connectMs: CONNECT_MS });
}
