import { historyBaseOf, type SessionMeta } from '../codex/records/session-meta.ts';
import type { CodexVersion } from '../codex/version.ts';
import { findAncestor } from './find-ancestor.ts';
import { readHeadOf } from './read-head.ts';

/** A rollout and what it says of itself. */
export interface LineageMember {
  readonly path: string;
  /** Null when it does not begin with a session_meta. */
  readonly meta: SessionMeta | null;
}

/**
 * The rollout at `path` and the ancestors that a paginated fork refers to, itself first, the root last. One that is
 * missing, or refers back to its descendants, ends the line (docs/codex.md 4.2).
 * @throws {NotARollout} or the system's error
 */
export async function lineageOf(path: string, version: CodexVersion, codexHome?: string): Promise<LineageMember[]> {
  const members: LineageMember[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const at: string = next;
    const meta = await readHeadOf(at, version);
    members.push({ path: at, meta });
    const parent = historyBaseOf(meta, version)?.thread_id;
    const isKnown = members.some((member) => member.meta?.id === parent);
    next = parent === undefined || isKnown ? undefined : await findAncestor(at, parent, codexHome, version);
  }
  return members;
}
