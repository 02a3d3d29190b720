import type { CodexVersion } from '../rollout/codex-version.ts';
import type { OpenRollout } from '../rollout/open-rollout.ts';
import { FileShrank, type RandomAccess } from '../rollout/random-access.ts';
import { readHead } from '../rollout/read-head.ts';
import { recordDecoder } from '../rollout/record.ts';
import type { SessionMeta } from '../rollout/session-meta.ts';
import type { Notice } from './notice.ts';
import { Tail } from './tail.ts';
import { type FoundUsage, type SearchResult, searchBackward, searchForward } from './usage-search.ts';

/** What one rollout says for itself, whatever its ancestors say. */
export interface RolloutUsage {
  readonly path: string;
  readonly bytes: number;
  readonly meta: SessionMeta | null;
  readonly found: FoundUsage | null;
  /** Whether what was found was copied from the parent when the thread was forked. */
  readonly isCopied: boolean;
  /** What stands behind it. */
  readonly tail: Tail;
  readonly notices: readonly Notice[];
}

/** Searches the first `end` bytes of a rollout (all of it by default) for usage, and closes it. */
export async function searchRollout(
  path: string,
  rollout: OpenRollout,
  version: CodexVersion,
  end = Number.POSITIVE_INFINITY,
): Promise<RolloutUsage> {
  if (rollout.kind === 'stream')
    return describe(path, await searchForward(upTo(end, rollout.chunks), path, version), end);
  try {
    return await searchFile(path, rollout.file, version, end);
  } finally {
    await rollout.file.close();
  }
}

async function searchFile(path: string, file: RandomAccess, version: CodexVersion, end: number): Promise<RolloutUsage> {
  const bytes = file.size;
  let meta: SessionMeta | null = null;
  try {
    meta = await readHead({ kind: 'file', file }, version);
    const holdsCopies = meta !== null && meta.forked_from_id !== null && meta.history_base === null;
    const decode = recordDecoder(version, meta?.history_mode ?? 'legacy');
    const result = await searchBackward(file, path, Math.min(end, bytes), decode, holdsCopies);
    return describe(path, { ...result, meta, bytes }, end);
  } catch (error) {
    if (!(error instanceof FileShrank)) throw error;
    const shrank: Notice = { id: 'file-shrank', message: error.message, path, byteOffset: error.offset };
    return { path, bytes, meta, found: null, isCopied: false, tail: new Tail(path, 'backward'), notices: [shrank] };
  }
}

function describe(
  path: string,
  { found, tail, meta, bytes }: SearchResult & { meta: SessionMeta | null; bytes: number },
  end: number,
): RolloutUsage {
  const notices = tail.notices();
  if (!meta && tail.records > 0)
    notices.unshift({ id: 'no-session-meta', message: noSessionMeta, path, byteOffset: 0 });
  if (bytes < end && end !== Number.POSITIVE_INFINITY) {
    const message = `only ${bytes} of the ${end} bytes that a fork refers to are there`;
    notices.unshift({ id: 'broken-ancestry', message, path, byteOffset: null });
  }
  return { path, bytes, meta, found, isCopied: isCopied(found, meta), tail, notices };
}

const noSessionMeta = 'it does not begin with a session_meta: Codex may not load it';

/**
 * Whether the turn that a found record belongs to is older than the thread: then it was copied when the thread was
 * forked. Both ids are UUIDv7 (since Codex 0.100), which begin with the time.
 */
function isCopied(found: FoundUsage | null, meta: SessionMeta | null): boolean {
  if (!found?.turnId || !meta?.forked_from_id || meta.history_base) return false;
  return UUID_V7.test(found.turnId) && UUID_V7.test(meta.id) && found.turnId.toLowerCase() < meta.id;
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/i;

async function* upTo(end: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const chunk of chunks) {
    if (position + chunk.length >= end) {
      yield chunk.subarray(0, end - position);
      return;
    }
    yield chunk;
    position += chunk.length;
  }
}
