import { exitCode, UserError } from '../../errors.ts';
import type { Io, RawProcess } from '../../io.ts';
import { type ProcessEnd, startChild } from '../../tap/pump/child.ts';
import { standIn } from '../../tap/pump/stand-in.ts';
import { between } from './between.ts';
import { endWatcher, faultsOf, startWatcher, type TapOptions } from './watcher.ts';

/** `tap`: passes everything between clients and their app-server and watches it. Ends as the server does. */
export async function tap(command: readonly string[], options: TapOptions, io: Io): Promise<number> {
  const { raw } = io;
  if (!raw) throw new UserError('tap needs a process of its own');
  const { listen, server } = options;
  if (listen !== undefined) {
    if (command.length > 0) throw new UserError('a command makes no sense with --listen', { hint: 'name its server' });
    return between(listen, server ?? 'codex', options, io, raw);
  }
  if (server !== undefined) throw new UserError('--server is for --listen', { hint: 'name the server behind --' });
  if (command.length === 0) throw new UserError('no server to stand in for', { hint: 'tap -- codex app-server' });
  return inPlaceOf(command, options, io, raw);
}

async function inPlaceOf(command: readonly string[], options: TapOptions, io: Io, raw: RawProcess): Promise<number> {
  const faults = faultsOf(options);
  const child = await startChild(command, io.cwd, io.env);
  const stopSignals = raw.onSignal((signal) => child.server.kill(signal));
  const watcher = await startWatcher(options, io).catch((error) => {
    child.server.kill('SIGKILL');
    throw error;
  });
  const end = await standIn(child, raw, watcher, faults);
  stopSignals();
  watcher.closed('c1');
  const hasFailed = await endWatcher(watcher, options, io);
  return hasFailed && end.code === exitCode.ok ? exitCode.failed : endLike(end, raw);
}

/** The server's exit code; dies of the signal that ended it. */
function endLike({ code, signal }: ProcessEnd, raw: RawProcess): number {
  if (signal === null) return code ?? exitCode.ok;
  raw.dieOf(signal);
  return exitCode.server;
}
