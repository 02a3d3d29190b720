import { join } from 'node:path';
import { exitCode, UserError } from '../../errors.ts';
import type { FileKind } from '../../files/kinds.ts';
import { log, recording } from '../../files/kinds.ts';
import { createLiveFile, type LiveFileHandle } from '../../files/live-file.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io, RawProcess } from '../../io.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { ObserverThread } from '../../tap/observe/observer-thread.ts';
import { type Child, type ProcessEnd, startChild } from '../../tap/pump/child.ts';
import { standIn } from '../../tap/pump/stand-in.ts';

export interface TapOptions {
  readonly log?: string;
  readonly record?: string;
  readonly force?: true;
  readonly failOn?: 'fail' | 'warn';
  readonly quiet?: true;
}

/** `tap`: stands in the place of an app-server and watches what passes. Ends as the server does. */
export async function tap(command: readonly string[], options: TapOptions, io: Io): Promise<number> {
  const { raw } = io;
  if (!raw) throw new UserError('tap needs a process of its own');
  const child = await startChild(command, io.cwd, io.env);
  const stopSignals = raw.onSignal((signal) => child.server.kill(signal));
  const onlooker = await begin(child, options, io);
  const end = await standIn(child, raw, onlooker);
  stopSignals();
  onlooker.closed('c1');
  const report = await onlooker.end();
  if (!options.quiet) for (const line of report.lines) await io.err(stderrLine(line));
  const failing = { fail: ['fail'], warn: ['warn', 'fail'] }[options.failOn ?? 'fail'].includes(report.worst);
  return options.failOn && failing && end.code === exitCode.ok ? exitCode.failed : endLike(end, raw);
}

/** Opens the files and begins to watch. The server is ended where that cannot be. @throws {CannotWrite} */
async function begin(child: Child, options: TapOptions, io: Io): Promise<ObserverThread> {
  const { record, log: logFile } = options;
  const startedAt = new Date().toISOString();
  const began = performance.now();
  const opened = async (path: string | undefined, kind: FileKind): Promise<LiveFileHandle | null> =>
    path === undefined ? null : createLiveFile(path, kind, { inputs: [], force: options.force === true });
  try {
    const settings = {
      startedAt,
      record: await opened(record, recording),
      log: await opened(logFile, log),
      codexHome: defaultCodexHome(io.env),
    };
    const script = join(import.meta.dirname, 'tap-thread.cjs');
    return new ObserverThread(script, settings, () => Math.round((performance.now() - began) * 1_000) / 1_000);
  } catch (error) {
    child.server.kill('SIGKILL');
    throw error;
  }
}

/** The server's exit code; dies of the signal that ended it. */
function endLike({ code, signal }: ProcessEnd, raw: RawProcess): number {
  if (signal === null) return code ?? exitCode.ok;
  raw.dieOf(signal);
  return exitCode.server;
}
