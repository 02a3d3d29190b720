import { spawn } from 'node:child_process';

/**
 * Ends with the end of its input, which comes when we die, of SIGKILL too: a second later the process group is killed.
 * A line means that nobody needs to be.
 */
const SCRIPT = `trap '' INT TERM HUP; read -r line && exit; sleep 1; kill -s KILL -- "-$1"`;

/**
 * Watches over us for as long as a process group lives that must not outlive us. Without a shell nobody watches.
 * @returns how to dismiss the watchdog, when the group is gone
 */
export function watchOver(group: number, path: string | undefined): () => void {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', String(group)], {
    cwd: '/',
    env: path === undefined ? {} : { PATH: path },
    // Ctrl-C, or the end of a terminal, reaches whole groups.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return () => shell.stdin.end('\n');
}
