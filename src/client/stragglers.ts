import { readdirSync, readFileSync } from 'node:fs';

/** Processes that are found may have started others in the meantime. */
const ROUNDS = 5;

/**
 * Kills every process of ours that was started with `variable` in its environment: whatever a server left behind, also in a
 * session of its own. `variable`: of the form `NAME=value`, with a value that nothing else has. Only Linux tells the
 * environment of processes; and a process that threw the variable away is not found.
 */
export function endStragglers(variable: string): void {
  if (process.platform !== 'linux') return;
  for (let round = 0; round < ROUNDS; round++) {
    const found = processes().filter((pid) => pid !== process.pid && hasVariable(pid, variable));
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

function processes(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/** False also for a process that is gone, or another user's. */
function hasVariable(pid: number, variable: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable);
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
