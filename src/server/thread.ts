import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { TokenUsageInfo } from '../codex/records/token-count.ts';
import type { ClientConnection } from './connection.ts';
import type { RolloutWriter } from './store/rollout-writer.ts';

/** A thread that runs on this server: what was restored from its rollout, and who is attached to it. */
export class Thread {
  readonly meta: SessionMeta;
  /** Where what happens in it is kept; null for one that leaves no trace. */
  readonly rollout: RolloutWriter | null;
  /** The connections that see its turns live. */
  readonly attached = new Set<ClientConnection>();
  #usage: TokenUsageInfo | null;

  /** `usage`: as it was restored; null when there is none yet. */
  constructor(meta: SessionMeta, rollout: RolloutWriter | null, usage: TokenUsageInfo | null) {
    this.meta = meta;
    this.rollout = rollout;
    this.#usage = usage;
  }

  /** Whether a rollout on disk keeps it, so that it can be loaded again. */
  get isKept(): boolean {
    return this.rollout?.isWritten ?? false;
  }

  /** The complete TokenUsageInfo, with the last response and the window, not the totals alone. Null when there is none. */
  tokenUsageInfo(): TokenUsageInfo | null {
    return this.#usage;
  }

  /** The usage after one more response of the model. */
  recordUsage(usage: TokenUsageInfo): void {
    this.#usage = usage;
  }
}
