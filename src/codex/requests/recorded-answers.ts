import { type CodexVersion, formatCodexVersion, isAtLeast, parseCodexVersion } from '../version.ts';
import recorded from './answers.json' with { type: 'json' };

/** What a request is answered with. In strings `$THREAD` stands for the thread that is asked about, `$HOME` for the home. */
export type RecordedAnswer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } };

/** A client request of a version's protocol, and what a signed-out Codex answers to it. */
export interface RecordedRequest {
  readonly method: string;
  /** About a thread that is loaded, or about none; null where that was not measured. */
  readonly answer: RecordedAnswer | null;
  /** About a thread that is unknown; null for a request that names none. */
  readonly unknownThread: RecordedAnswer | null;
}

/**
 * The client requests that the protocol of a version has, in its order: measured with `npm run requests` on the versions of
 * the table, of which the newest one that is not newer counts, or else the oldest.
 */
export function recordedRequests(version: CodexVersion): readonly RecordedRequest[] {
  const versions = Object.keys(recorded).map((text) => parseCodexVersion(text) ?? version);
  const fitting = versions.filter((measured) => isAtLeast(version, measured)).at(-1) ?? versions[0];
  const table: Readonly<Record<string, RecordedRequest[]>> = recorded as never;
  return fitting === undefined ? [] : (table[formatCodexVersion(fitting)] ?? []);
}
