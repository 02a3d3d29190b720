/** The first line of a transcript. */
export interface TranscriptHeader {
  /** The version of the Codex that answered; null while it is not known. */
  readonly server: string | null;
  /** When the tap began, as ISO 8601. */
  readonly startedAt: string;
  readonly redacted: boolean;
  /** How many messages passed that are not in the transcript. */
  readonly missing: number;
}

/** It is written anew in its place when more is known, so it takes the same room every time. */
const ROOM = 192;

/** The header as a line of a transcript. */
export function headerLine({ server, startedAt, redacted, missing }: TranscriptHeader): Buffer {
  const text = JSON.stringify({ transcript: 1, server: server?.slice(0, 40) ?? null, startedAt, redacted, missing });
  return Buffer.from(`${text.padEnd(ROOM - 1)}\n`);
}
