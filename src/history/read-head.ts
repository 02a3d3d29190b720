import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { CodexVersion } from '../codex/version.ts';
import type { ByteProbe } from '../rollout/lines/line.ts';
import { type OpenRollout, openRollout } from '../rollout/lines/open-rollout.ts';
import { readForward } from '../rollout/lines/random-access.ts';
import { scanForward } from '../rollout/lines/scan-forward.ts';
import { recordDecoder } from '../rollout/records/record.ts';

/** A session_meta holds the instructions, so it can be long. In bytes. */
const LONGEST_HEAD = 16 * 1024 * 1024;
const BLOCK = 64 * 1024;
const nothing: ByteProbe = { reach: 1, matches: () => false };

/**
 * The session_meta that a rollout begins with. Lines that are no records are passed over, as Codex does; if another
 * record comes first the rollout "does not start with session metadata" (docs/codex.md 1.4), and the answer is null.
 */
export async function readHead(rollout: OpenRollout, version: CodexVersion): Promise<SessionMeta | null> {
  const decode = recordDecoder(version, 'legacy');
  for await (const lines of scanForward(bytesOf(rollout), { probe: nothing, holdBytes: LONGEST_HEAD })) {
    for (const line of lines) {
      if (!line.bytes) return null;
      const record = decode(line.bytes);
      if (record.kind === 'session_meta') return record.meta;
      if (record.kind !== 'dropped' && record.kind !== 'unreadable' && record.kind !== 'unknown') return null;
    }
  }
  return null;
}

/** The same for the rollout at `path`. @throws {NotARollout} or the system's error */
export async function readHeadOf(path: string, version: CodexVersion): Promise<SessionMeta | null> {
  const rollout = await openRollout(path);
  try {
    return await readHead(rollout, version);
  } finally {
    if (rollout.kind === 'file') await rollout.file.close();
  }
}

function bytesOf(rollout: OpenRollout): AsyncIterable<Buffer> {
  if (rollout.kind === 'stream') return rollout.chunks;
  return readForward(rollout.file, Math.min(rollout.file.size, LONGEST_HEAD), BLOCK);
}
