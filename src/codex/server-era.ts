import { type CodexVersion, isAtLeast } from './version.ts';

/** What differs between released versions in an app-server besides its lifecycles (measured, 0.122 to 0.169). */
export interface ServerEra {
  /** A notification carries `emittedAtMs`. */
  readonly stampsNotifications: boolean;
  /** A bad id in a resume or fork is called a session id, not a thread id. */
  readonly saysSessionId: boolean;
  /** A relative `path` is one below the Codex home, an empty one is none. */
  readonly resolvesPaths: boolean;
  /** `excludeTurns` needs the experimental API. */
  readonly guardsExcludeTurns: boolean;
  /** New threads are paginated. */
  readonly startsPaginated: boolean;
}

export function serverEraOf(version: CodexVersion): ServerEra {
  const since = (minor: number) => isAtLeast(version, [0, minor, 0]);
  return {
    stampsNotifications: since(145),
    saysSessionId: since(136),
    resolvesPaths: since(136),
    guardsExcludeTurns: since(136) && !since(155),
    startsPaginated: since(155),
  };
}
