import { join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { FileKind } from '../../files/kinds.ts';
import { log, recording } from '../../files/kinds.ts';
import { createLiveFile, createNamelessFile, type LiveFileHandle } from '../../files/live-file.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { makeRoom } from '../../server/unix-socket.ts';
import { parseTapFault, type TapFault, tapFaultForms } from '../../tap/faults/fault.ts';
import { steadyClock } from '../../tap/observe/clock.ts';
import { ObserverThread } from '../../tap/observe/observer-thread.ts';
import type { TapReport } from '../../tap/observe/thread-messages.ts';
import { serverAddress } from '../../wire/server-address.ts';
import { ownFile } from './own-file.ts';

/** What a tap is told. */
export interface TapOptions {
  readonly listen?: string;
  readonly server?: string;
  readonly codexBin?: string;
  readonly fault?: readonly string[];
  readonly log?: string;
  readonly record?: string;
  readonly socket?: string;
  readonly force?: true;
  readonly failOn?: 'fail' | 'warn';
  readonly quiet?: true;
}

/** The faults that the options name. @throws {UserError} when there is no such fault */
export function faultsOf({ fault = [] }: TapOptions): TapFault[] {
  try {
    return fault.map(parseTapFault);
  } catch (cause) {
    const hint = `there are ${Object.keys(tapFaultForms).join(', ')}`;
    throw new UserError(`--fault: ${(cause as RangeError).message}`, { cause, hint });
  }
}

/** Opens the files and begins to watch. @throws {CannotWrite} */
export async function startWatcher(options: TapOptions, io: Io): Promise<ObserverThread> {
  const clock = steadyClock();
  const began = Math.floor(clock());
  const startedAt = new Date(began).toISOString();
  const opened = async (
    path: string | undefined,
    kind: FileKind,
    extension: string,
  ): Promise<LiveFileHandle | null> => {
    if (path === undefined) return null;
    const file = await ownFile(path, extension, startedAt);
    return createLiveFile(file, kind, { inputs: [], force: options.force === true });
  };
  const socket = options.socket === undefined ? null : await socketAt(options.socket, io);
  const record = await opened(options.record, recording, 'ndjson');
  if (socket !== null && record?.isRegular === false) {
    throw new UserError(`${options.record} cannot be read again, for those who watch at --socket`, {
      hint: 'name a file with --record',
    });
  }
  const settings = {
    startedAt,
    record: record ?? (socket === null ? null : await createNamelessFile()),
    log: await opened(options.log, log, 'log'),
    socket,
    codexHome: defaultCodexHome(io.env),
  };
  const script = join(import.meta.dirname, 'tap-thread.cjs');
  return new ObserverThread(script, settings, () => Math.round((clock() - began) * 1_000) / 1_000);
}

/** The path of the socket, which is free. @throws {ServerFailure} when it is not, or none can be there */
async function socketAt(place: string, io: Io): Promise<string> {
  const path = resolve(io.cwd, place.replace(/^unix:\/\//, ''));
  serverAddress(`unix://${path}`);
  await makeRoom(path);
  return path;
}

/** Says what there is to say in the end. @returns whether the command has failed, as `--fail-on` has it */
export async function endWatcher(watcher: ObserverThread, options: TapOptions, io: Io): Promise<boolean> {
  const report: TapReport = await watcher.end();
  if (!options.quiet) for (const line of report.lines) await io.err(stderrLine(line));
  return options.failOn === 'warn' ? report.worst !== 'pass' : options.failOn === 'fail' && report.worst === 'fail';
}
