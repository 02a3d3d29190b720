import { eraOf } from '../codex/era.ts';
import type { CodexVersion } from '../codex/version.ts';
import type { RestoredUsage } from '../usage/restore-usage.ts';
import type { Session } from './session.ts';

/** What a client sees of a session's usage when it resumes it. */
export type OnResume =
  | { readonly outcome: 'usage' }
  /** The resume works, but no usage comes: why, an id of a deviation or a reason for which there is none. */
  | { readonly outcome: 'none'; readonly why: string }
  /** The resume fails. */
  | { readonly outcome: 'refused'; readonly why: string };

/**
 * What Codex `version` does on a cold resume, as far as the beginning of the rollout and its restored usage tell.
 * `replay` and `predictLifecycle` read all of it and know more: a compaction, missing ordinals, damage in the middle.
 */
export function onResume({ isArchived, meta }: Session, usage: RestoredUsage, version: CodexVersion): OnResume {
  const era = eraOf(version);
  const isPaginated = meta?.history_mode === 'paginated';
  const refusals = [
    [meta === null, 'no-session-meta'],
    [isArchived && era.archived !== 'opened', 'archived'],
    [isV2SubAgent(meta) && era.v2SubAgentsNeedParent, 'v2-sub-agent-needs-parent'],
    [isPaginated && era.paginated === 'refused', 'paginated-refused'],
    [usage.reason === 'unreadable', 'unreadable'],
  ] as const;
  const [, refusal] = refusals.find(([holds]) => holds) ?? [];
  if (refusal) return { outcome: 'refused', why: refusal };
  if (!usage.tokenUsageInfo) return { outcome: 'none', why: usage.reason ?? 'no-token-count' };
  if (!era.replaysUsage) return { outcome: 'none', why: 'no-replay' };
  const isHeldBack = isPaginated && era.holdsBackForks && meta?.forked_from_id !== null;
  return isHeldBack ? { outcome: 'none', why: 'fork-resume-no-replay' } : { outcome: 'usage' };
}

function isV2SubAgent(meta: Session['meta']): boolean {
  return meta?.subagent === 'thread_spawn' && meta.multi_agent_version === 'v2';
}
