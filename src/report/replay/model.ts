import type { Lifecycle } from '../../lifecycle/outcome.ts';
import type { Judgement, Yardstick } from '../../replay/judge/judge.ts';
import type { RestoredUsage } from '../../usage/restore-usage.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';

/** What a replay tells. */
export interface ReplayModel {
  readonly head: {
    readonly lifecycle: Lifecycle;
    readonly threadId: string;
    /** `notes`: what else there is to say of it. */
    readonly rollout: { readonly path: string; readonly notes: readonly string[] };
    readonly server: string;
  };
  readonly end: {
    readonly exitCode: number;
    readonly lifecycle: Lifecycle;
    readonly threadId: string;
    readonly newThreadId: string | null;
    readonly server: {
      readonly kind: string;
      readonly userAgent: string;
      readonly version: string | null;
      readonly emulates: string | null;
    };
    /** For people. */
    readonly serverName: string;
    readonly rollout: RestoredUsage;
    readonly yardstick: Yardstick;
    readonly judgement: Judgement;
    readonly entries: readonly TranscriptEntry[];
    /** The request that is judged and its answer, by their `seq`; no answer may have come. */
    readonly requestSeq: number;
    readonly answerSeq: number | null;
    /** Why the server failed, if it did. */
    readonly failure: string | null;
  };
}
