import { type CodexVersion, isAtLeast, supportedVersion } from '../version.ts';
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

/** The measured versions, the oldest first, each with its requests in the order of the protocol. */
const measured = Object.entries(recorded).map(([version, requests]) => ({
  version: supportedVersion(version),
  requests: requests as RecordedRequest[],
}));

/**
 * The client requests that the protocol of a version has: those of the newest version measured (`npm run requests`) that is
 * not newer, or else of the oldest.
 */
export function recordedRequests(version: CodexVersion): readonly RecordedRequest[] {
  return (measured.findLast((each) => isAtLeast(version, each.version)) ?? measured[0])?.requests ?? [];
}
