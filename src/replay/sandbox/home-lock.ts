import { readFileSync, utimesSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { hostname } from 'node:os';

/** What fits into the kernel's address of a unix socket on every system, without its NUL. */
const LONGEST_SOCKET_PATH = 103;
const HEARTBEAT_MS = 60_000;
/** For how long the mark of a home must not have been touched where no lock can be asked. In milliseconds. */
const SURELY_GONE_MS = 24 * 60 * 60 * 1_000;
const CONNECT_MS = 2_000;

/** A socket of a home that its owner listens on for as long as it lives. */
export interface HeldLock {
  readonly release: () => void;
}

/**
 * Holds the lock of a home: a unix socket at `socket` that this process listens on, and which the kernel no longer answers
 * for when this process is gone, however it went. That holds for every process that shares the folder and the kernel,
 * whatever it sees of process ids. `mark` is a file whose time of change is renewed every minute, for those who cannot ask
 * the socket: processes of another machine, and all where the path is too long for one.
 */
export function holdLock(socket: string, mark: string): HeldLock {
  const server = createServer((connection) => connection.destroy());
  server.on('error', () => {});
  if (Buffer.byteLength(socket) <= LONGEST_SOCKET_PATH) server.listen(socket).unref();
  const heartbeat = setInterval(() => touch(mark), HEARTBEAT_MS).unref();
  return {
    release: () => {
      clearInterval(heartbeat);
      server.close(() => {});
    },
  };
}

/**
 * Whether the owner of a home is surely gone. `machine`: what its mark says of the machine. A home without a lock that can
 * be asked counts as left when its mark was not touched for a day.
 */
export async function isLeft(socket: string, mark: string, machine: string): Promise<boolean> {
  const lock = await lstat(socket).catch(() => null);
  if (lock?.isSocket() && machine === thisMachine()) return !(await isHeld(socket));
  const { mtimeMs } = await lstat(mark);
  return Date.now() - mtimeMs > SURELY_GONE_MS;
}

/** The kernel that runs here, as far as it has a name: processes of another one cannot ask for a lock. */
export function thisMachine(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}

/** Whether somebody listens. Whatever is not plainly refused counts as yes. */
function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (held: boolean) => {
      socket.destroy();
      resolve(held);
    };
    socket.setTimeout(CONNECT_MS, () => done(true));
    socket.once('connect', () => done(true));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code !== 'ECONNREFUSED'));
  });
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // The server may have removed it: then nobody takes the folder for a home, and nobody removes it but its owner.
  }
}
