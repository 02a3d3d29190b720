import { type CodexVersion, parseCodexVersion } from '../../codex/version.ts';

/** What a server says of itself. */
export interface ServerIdentity {
  readonly userAgent: string;
  /** Null when the user agent names none. */
  readonly version: CodexVersion | null;
}

/** The version in a user agent, which begins with the client's name, a slash and the server's version. */
export function identityOf(userAgent: string): ServerIdentity {
  const version = /\/(\d+\.\d+\.\d+\S*)/.exec(userAgent)?.[1];
  return { userAgent, version: (version && parseCodexVersion(version)) || null };
}
