import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { TokenUsageInfo } from '../codex/records/token-count.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { ClientConnection } from './connection.ts';
import type { RolloutWriter } from './store/rollout-writer.ts';
import type { ThreadSettings } from './store/thread-settings.ts';
import type { ThreadSummary } from './store/thread-summary.ts';
import type { ThreadStatus } from './wire-json.ts';

/** A turn that goes on. */
export interface RunningTurn {
  readonly turnId: string;
  /** Says something more to the model. */
  readonly steer: (input: readonly JsonValue[]) => void;
  /** Fulfils when the turn has ended. */
  readonly interrupt: () => Promise<void>;
}

/** What a thread is made of when it begins to run. */
export interface ThreadParts {
  readonly meta: SessionMeta;
  /** Where what happens in it is kept; null for one that leaves no trace. */
  readonly rollout: RolloutWriter | null;
  /** As it was restored; null when there is none yet. */
  readonly usage: TokenUsageInfo | null;
  readonly settings: ThreadSettings;
  /** Its session_meta as it is written. */
  readonly origin?: JsonObject;
  /** What its user wrote first; empty when there is nothing yet. */
  readonly preview?: string;
  /** What was said first in what it took over, where nobody has said anything in it yet. */
  readonly inheritedPreview?: string;
  readonly name?: string | null;
}

/** A thread that runs on this server: what was restored from its rollout, and who is attached to it. */
export class Thread {
  readonly meta: SessionMeta;
  readonly rollout: RolloutWriter | null;
  /** The connections that see its turns live. */
  readonly attached = new Set<ClientConnection>();
  /** The turn that goes on; null when none does. */
  turn: RunningTurn | null = null;
  /** What it is set to from the next turn on. */
  settings: ThreadSettings;
  readonly #origin: JsonObject;
  readonly #name: string | null;
  readonly #inheritedPreview: string;
  #preview: string;
  #usage: TokenUsageInfo | null;

  constructor(parts: ThreadParts) {
    const { meta, rollout, usage, settings, origin = {}, preview = '', inheritedPreview = '', name = null } = parts;
    this.meta = meta;
    this.rollout = rollout;
    this.settings = settings;
    this.#origin = origin;
    this.#preview = preview;
    this.#inheritedPreview = inheritedPreview;
    this.#name = name;
    this.#usage = usage;
  }

  /** Whether a rollout on disk keeps it, so that it can be loaded again. */
  get isKept(): boolean {
    return this.rollout?.isWritten ?? false;
  }

  get status(): ThreadStatus {
    return this.turn ? { type: 'active', activeFlags: [] } : { type: 'idle' };
  }

  /** What answers say of it. `updatedAt`: milliseconds since 1970. `name`: where its user gave it another one since. */
  summary(updatedAt: number, name: string | null = this.#name): ThreadSummary {
    const { meta, settings } = this;
    const path = this.rollout?.path ?? null;
    return { meta, origin: this.#origin, path, preview: this.#preview, name, settings, updatedAt };
  }

  /** The complete TokenUsageInfo, with the last response and the window, not the totals alone. Null when there is none. */
  tokenUsageInfo(): TokenUsageInfo | null {
    return this.#usage;
  }

  /** The usage after one more response of the model. */
  recordUsage(usage: TokenUsageInfo): void {
    this.#usage = usage;
  }

  /** What its user says: the first of it is what lists show. */
  recordPrompt(text: string): void {
    this.#preview ||= this.#inheritedPreview || text;
  }
}
