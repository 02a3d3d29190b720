import { historyBaseOf, type SessionMeta } from '../../codex/records/session-meta.ts';
import type { CodexVersion } from '../../codex/version.ts';
import { lineageOf } from '../../history/lineage.ts';
import { itemLines } from './rollout-lines.ts';

/**
 * The `history_base` of a fork of the paginated rollout at `path` (docs/codex.md 4.2, 8.5) that leaves out the last
 * `dropped` items of its history: it names the member of the lineage that holds the last item that stays. Null when
 * none but the root's session_meta stays: then the fork refers to nobody.
 * @throws {NotARollout} or the system's error
 */
export async function forkPoint(
  path: string,
  dropped: number,
  version: CodexVersion,
  codexHome: string,
): Promise<SessionMeta['history_base']> {
  let toDrop = dropped;
  let end = Number.POSITIVE_INFINITY;
  for (const member of await lineageOf(path, version, codexHome)) {
    const kept = [];
    for await (const { item, end: itemEnd, offset } of itemLines(member.path, version)) {
      if (itemEnd <= end) kept.push({ ordinal: item.ordinal, offset, end: itemEnd });
    }
    const base = historyBaseOf(member.meta, version);
    const last = kept.at(-1 - toDrop);
    const isEmpty = !base && kept.length - toDrop <= 1;
    if (last && member.meta && !isEmpty) {
      const next = kept.at(kept.length - toDrop);
      return {
        thread_id: member.meta.id,
        end_ordinal_exclusive: (last.ordinal ?? 0n) + 1n,
        end_byte_offset: BigInt(next?.offset ?? last.end),
      };
    }
    toDrop -= kept.length;
    end = Number(base?.end_byte_offset ?? 0n);
  }
  return null;
}
