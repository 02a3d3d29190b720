import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { startWatched } from '../../client/watchdog.ts';
import { ServerFailure } from '../../wire/server-failure.ts';

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server that runs. */
export interface Child {
  readonly server: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Fulfils when it has ended; some of its output may still be on its way. */
  readonly ended: Promise<ProcessEnd>;
}

/**
 * Starts the server that a client would have started itself: in the client's folder and environment. It is in a process
 * group of its own, which ends when we do, of SIGKILL too. @throws {ServerFailure} when it cannot be started
 */
export async function startChild(
  [file = '', ...args]: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Child> {
  const { child: server, dismiss } = startWatched(file, args, { cwd, env });
  const ended = new Promise<ProcessEnd>((resolve) => {
    server.once('exit', (code, signal) => resolve({ code, signal }));
  });
  try {
    await once(server, 'spawn');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such command' : code === 'EACCES' ? 'it may not be run' : message;
    const hint = code === 'ENOENT' ? 'tap -- codex app-server' : undefined;
    throw new ServerFailure(`cannot start ${file}: ${reason}`, { cause: error, hint });
  }
  server.on('error', () => {});
  // Node.js throws away the output of a process that ends before somebody waits for it.
  for (const output of [server.stdout, server.stderr]) output.on('readable', () => {});
  server.once('close', dismiss);
  return { server, ended };
}
