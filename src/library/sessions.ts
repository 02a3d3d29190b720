import { supportedVersion } from '../codex/version.ts';
import { defaultCodexHome } from '../history/homes.ts';
import { listSessions, type SessionFilter, type SessionList } from '../sessions/list-sessions.ts';
import type { HomeOptions } from './find-rollout.ts';

/**
 * The sessions of a Codex home, the one that was written to last first: each rollout's beginning and end are read, no more.
 * `restoreUsage(session.path)` and `predictLifecycle(session.path, …)` say the rest.
 * @throws {RangeError} when `emulate` is no supported version, or the system's error when a folder cannot be read
 */
export function sessions(options: HomeOptions & SessionFilter = {}): Promise<SessionList> {
  const { codexHome, emulate, ...filter } = options;
  return listSessions(codexHome ?? defaultCodexHome(process.env), supportedVersion(emulate), filter);
}
