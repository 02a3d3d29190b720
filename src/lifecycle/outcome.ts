import type { Turn } from '../turns/turn.ts';
import type { ThreadTokenUsage } from '../wire/thread-token-usage.ts';

/** The two paths that read a rollout, and the one that meets a thread which is running already. */
export type Lifecycle = 'resume' | 'fork' | 'rejoin';

/** What a client asks for besides the thread. */
export interface LifecycleParams {
  readonly excludeTurns?: boolean;
  /** Fork: everything up to and with this turn. */
  readonly lastTurnId?: string;
  /** Fork: everything before this turn. */
  readonly beforeTurnId?: string;
  /** The client does not want `thread/tokenUsage/updated`. */
  readonly optsOut?: boolean;
}

/** What the requesting connection receives, in order. */
export type LifecycleMessage =
  | 'RESPONSE'
  | 'ERROR'
  | 'deprecationNotice'
  | 'thread/status/changed'
  | 'thread/tokenUsage/updated'
  | 'thread/goal/cleared'
  | 'thread/started';

export interface ReplayedUsage {
  readonly turnId: string;
  readonly tokenUsage: ThreadTokenUsage;
}

export interface LifecycleError {
  /** JSON-RPC. */
  readonly code: number;
  readonly message: string;
}

/** How a request ends, and what the client is told. */
export interface Outcome {
  readonly error: LifecycleError | null;
  readonly messages: readonly LifecycleMessage[];
  readonly usage: ReplayedUsage | null;
  readonly turns: readonly Turn[];
}
