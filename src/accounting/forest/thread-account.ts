import type { TokenUsage } from '../../codex/records/token-count.ts';

/** How a thread came to be. */
export type Relation = 'root' | 'fork' | 'subagent';

/** What one thread spent. Tokens. */
export interface ThreadAccount {
  /** Null when its rollout does not begin with a session_meta. */
  readonly threadId: string | null;
  readonly parentId: string | null;
  readonly relation: Relation;
  /** What kind of sub-agent it is, for example `review`; null for what is none. */
  readonly subagent: string | null;
  /** The rollout that Codex opens for it; null when no rollout of it is here. */
  readonly path: string | null;
  /** All its rollouts, the oldest first. */
  readonly paths: readonly string[];
  /** How often a revert began a new rollout of it. */
  readonly reverts: number;
  readonly cwd: string | null;
  readonly models: readonly string[];
  readonly startedAt: string | null;
  readonly updatedAt: string | null;
  readonly usage: ThreadUsage;
  /** Requests of whose cost no record tells. */
  readonly lostRequests: number;
}

/** The columns of a thread's account. */
export interface ThreadUsage {
  /** Spent in the thread, each response once; undone and recovered ones too. */
  readonly own: TokenUsage;
  /** Spent before, in the history that it was forked with. */
  readonly inherited: TokenUsage;
  /** The last total, which Codex shows when it resumes the thread; null when there is none. */
  readonly restored: TokenUsage | null;
  /** The part of `own` whose turns a rollback or a revert took back. */
  readonly rolledBack: TokenUsage;
  /** The part of `own` that only other threads still tell of. */
  readonly recovered: TokenUsage;
  /** The sum of the last totals of its rollouts. */
  readonly plain: TokenUsage;
}

/** How a thread came to be, by what kind of sub-agent it is and the thread that it came from. */
export function relationOf(
  subagent: string | null,
  parentId: string | null,
): Pick<ThreadAccount, 'relation' | 'subagent'> {
  return { relation: subagent !== null ? 'subagent' : parentId === null ? 'root' : 'fork', subagent };
}
