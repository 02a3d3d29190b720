import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { CodexVersion } from '../codex/version.ts';
import { isCopiedTurn } from '../history/copied-turn.ts';
import { readHead } from '../history/read-head.ts';
import { bytePrefix } from '../rollout/lines/byte-prefix.ts';
import type { OpenRollout } from '../rollout/lines/open-rollout.ts';
import { FileShrank, type RandomAccess } from '../rollout/lines/random-access.ts';
import { type Notice, noSessionMeta, shortAncestor } from './notice.ts';
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
    return describe(path, await searchForward(bytePrefix(rollout.chunks, end), path, version), end);
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
    const result = await searchBackward(file, path, Math.min(end, bytes), version, meta);
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
  if (!meta && (found || tail.records > 0)) notices.unshift(noSessionMeta(path));
  if (bytes < end && end !== Number.POSITIVE_INFINITY) {
    notices.unshift(shortAncestor(path, bytes, end));
  }
  const isCopied = found?.turnId ? isCopiedTurn(found.turnId, meta) : false;
  return { path, bytes, meta, found, isCopied, tail, notices };
}
