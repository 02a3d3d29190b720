import type { CodexVersion } from '../codex/version.ts';
import { isCopiedTurn } from '../history/copied-turn.ts';
import { type Head, readHead } from '../history/head.ts';
import { bytesOf, closeSource, type RolloutSource } from '../history/source.ts';
import { FileShrank } from '../rollout/lines/random-access.ts';
import { type Notice, noSessionMeta, notARollout, shortAncestor } from './notice.ts';
import { Tail } from './tail.ts';
import { type FoundUsage, type SearchResult, searchBackward, searchForward } from './usage-search.ts';

/** What one rollout says for itself, whatever its ancestors say. */
export interface RolloutUsage {
  readonly path: string;
  readonly bytes: number;
  readonly head: Head;
  readonly found: FoundUsage | null;
  /** Whether what was found was copied from the parent when the thread was forked. */
  readonly isCopied: boolean;
  /** What stands behind it. */
  readonly tail: Tail;
  readonly notices: readonly Notice[];
}

const noHead: Head = {
  meta: null,
  metaLine: null,
  isBehindItem: false,
  firstLine: 'none',
  droppedMeta: null,
  foreign: null,
};

/** Searches the first `end` bytes of a rollout (all of it by default) for usage, and closes it. */
export async function searchRollout(
  path: string,
  source: RolloutSource,
  version: CodexVersion,
  end = Number.POSITIVE_INFINITY,
): Promise<RolloutUsage> {
  let head = noHead;
  try {
    head = await readHead(source, version);
    if (source.kind === 'stream') {
      const { bytes, ...result } = await searchForward(bytesOf(source, end), path, version, head.meta);
      return describe(path, head, bytes, result, end);
    }
    const bytes = source.file.size;
    return describe(
      path,
      head,
      bytes,
      searchBackward(source.file, path, Math.min(end, bytes), version, head.meta),
      end,
    );
  } catch (error) {
    if (!(error instanceof FileShrank)) throw error;
    const bytes = source.kind === 'file' ? source.file.size : 0;
    const shrank: Notice = { id: 'file-shrank', message: error.message, path, byteOffset: error.offset };
    return { path, bytes, head, found: null, isCopied: false, tail: new Tail(path, 'backward'), notices: [shrank] };
  } finally {
    closeSource(source);
  }
}

function describe(path: string, head: Head, bytes: number, { found, tail }: SearchResult, end: number): RolloutUsage {
  const notices = head.foreign ? [notARollout(path, head.foreign)] : tail.notices();
  const hasRecords = found !== null || tail.records > 0 || head.droppedMeta !== null;
  if (!head.meta && !head.foreign && hasRecords) notices.unshift(noSessionMeta(path, head.droppedMeta));
  if (bytes < end && end !== Number.POSITIVE_INFINITY) notices.unshift(shortAncestor(path, bytes, end));
  const isCopied = found?.turnId ? isCopiedTurn(found.turnId, head.meta) : false;
  return { path, bytes, head, found, isCopied, tail, notices };
}
