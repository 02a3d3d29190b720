import type { LoadingCost } from '../codex/loading-cost.ts';
import type { Notice } from '../usage/notice.ts';
import type { CauseId } from './cause.ts';
import type { Concern } from './concern.ts';
import type { LargeLine } from './largest-lines.ts';

/** Bytes of one kind of line: `compacted`, or `event_msg/token_count` where the payload has a type of its own. */
export interface KindSize {
  readonly kind: string;
  readonly records: number;
  readonly bytes: number;
}

/** Bytes that stand in a rollout for one reason. */
export interface CauseSize {
  readonly id: CauseId;
  /** What the bytes are, for people. */
  readonly name: string;
  readonly bytes: number;
  /** Lines; of inline images, images. */
  readonly count: number;
  readonly message: string;
  readonly advice: string;
}

/** Data that stands in a rollout more than once. */
export interface Repetition {
  /** What would be saved if each of it stood there once. */
  readonly bytes: number;
  readonly images: {
    readonly unique: number;
    readonly copies: number;
    /** How many of the copies stand in compacted histories. */
    readonly inCompactions: number;
    readonly uniqueBytes: number;
    readonly bytes: number;
  };
}

/** What `size` answers for one rollout. The bytes of `kinds` add up to `bytes`, and so do those of `causes`. */
export interface RolloutSize {
  readonly path: string;
  /** As it is read: of a compressed one, expanded. */
  readonly bytes: number;
  /** Lines that are not blank. */
  readonly records: number;
  readonly threadId: string | null;
  readonly cliVersion: string | null;
  readonly historyMode: 'legacy' | 'paginated';
  readonly forkedFromId: string | null;
  /** One sentence that says why it is as large as it is. */
  readonly why: string;
  /** Largest first. */
  readonly causes: readonly CauseSize[];
  /** Largest first. */
  readonly kinds: readonly KindSize[];
  /** The longest lines. */
  readonly largest: readonly LargeLine[];
  readonly repeated: Repetition;
  /** What Codex needs to load it with its ancestors: an estimate. */
  readonly loading: LoadingCost;
  /** How much that matters. */
  readonly concern: Concern;
  readonly notices: readonly Notice[];
}

/** What `size` answers for several rollouts together. */
export interface TotalSize {
  readonly rollouts: number;
  readonly bytes: number;
  readonly records: number;
  readonly why: string;
  readonly causes: readonly CauseSize[];
  readonly kinds: readonly KindSize[];
  /** What stands in several of them. */
  readonly shared: {
    /** Inline data, and the bytes of all but one of the rollouts that hold it, each counted once a rollout. */
    readonly images: number;
    readonly imageBytes: number;
    /** What forks copied from their parents. */
    readonly copiedBytes: number;
  };
}
