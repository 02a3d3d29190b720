import type { HistoryBase, SessionMeta } from '../../codex/records/session-meta.ts';
import type { TokenUsage } from '../../codex/records/token-count.ts';
import type { UsageRule } from '../usage-rule.ts';

/** A record that holds usage, as its rollout alone tells it. */
export interface UsageRow {
  readonly kind: 'token_count' | 'token_usage_record';
  readonly byteOffset: number;
  /** When the record was written, as it says itself. */
  readonly timestamp: string;
  readonly turnId: string | null;
  readonly model: string | null;
  /** What it adds; of a refused one what it says of its response. */
  readonly usage: TokenUsage;
  /** The total of the thread with it, as its kind of record counts it. */
  readonly total: TokenUsage;
  readonly rule: UsageRule;
  /** As the `token_usage_record` of the response names them; null where there is none. */
  readonly responseId: string | null;
  readonly recordedThreadId: string | null;
  /** It stands in what the rollout copied from another thread. */
  readonly isCopy: boolean;
  /** How many records that count before it in this rollout have the same turn and the same total. */
  readonly repetition: number;
  readonly isRolledBack: boolean;
}

/** A request to the model that was paid for, as far as anybody knows, and of whose cost no record tells. */
export interface LostRequest {
  readonly kind: 'interrupted' | 'failed' | 'compaction';
  readonly turnId: string | null;
  readonly byteOffset: number;
  readonly timestamp: string;
  readonly isCopy: boolean;
  /** It was lost only if the record there turns out to be a repetition, which the history before decides. */
  readonly ifRepeatedAt: number | null;
}

/** What one rollout says of what was spent, by itself. */
export interface RolloutAccount {
  readonly path: string;
  /** The id by which other rollouts refer to it. */
  readonly rolloutId: string;
  /** By which rollouts of one thread are put in their order. */
  readonly order: string;
  /** Null when it does not begin with a session_meta. */
  readonly meta: SessionMeta | null;
  /** The session_metas of other threads in it, which came with copied history, nearest first. */
  readonly copiedMetas: readonly SessionMeta[];
  /** The thread whose lines it begins with as a copy; null when there is no copy. */
  readonly copiedFrom: string | null;
  /** The part of another rollout that it goes on from; null when it stands alone. */
  readonly base: HistoryBase | null;
  readonly rows: readonly UsageRow[];
  readonly lost: readonly LostRequest[];
  /** The last total that Codex would restore from this rollout alone. */
  readonly lastTotal: TokenUsage | null;
  /** It has a `token_usage_record` of its own: then each of its responses has. */
  readonly isRecorded: boolean;
  /** Turns that begin in it, by their ids. */
  readonly turnIds: ReadonlySet<string>;
  readonly lastTimestamp: string | null;
}
