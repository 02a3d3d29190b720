import type { Turn } from '../turns/turn.ts';
import type { ThreadTokenUsage } from '../wire/thread-token-usage.ts';

/** The two paths that read a rollout, and the one that meets a thread which is running already. */
export type Lifecycle = 'resume' | 'fork' | 'rejoin';

/** What a client asks for besides the thread, and the home in which it asks. */
export interface LifecycleParams {
  readonly excludeTurns?: boolean;
  /** Fork: everything up to and with this turn. */
  readonly lastTurnId?: string;
  /** Fork: everything before this turn. */
  readonly beforeTurnId?: string;
  /** The client does not want `thread/tokenUsage/updated`. */
  readonly optsOut?: boolean;
  /**
   * Whether every ancestor was loaded in that home before, so that its database knows their turns (`used`, which counts
   * when none is named), or none of them (`new`).
   */
  readonly home?: 'used' | 'new';
  /** The model provider of that home's configuration; when it is not known, the one that the rollout was last used with. */
  readonly configuredProvider?: string;
}

/** The home that counts. */
export function homeOf({ home = 'used' }: LifecycleParams): 'used' | 'new' {
  return home;
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

/** Usage that is sent to a client. */
export interface ReplayedUsage {
  readonly turnId: string;
  readonly tokenUsage: ThreadTokenUsage;
}

export interface LifecycleError {
  /** JSON-RPC. */
  readonly code: number;
  readonly message: string;
}

/** The error of a request that makes no sense, as JSON-RPC numbers it. */
export function invalidRequest(message: string): LifecycleError {
  return { code: -32600, message };
}

/** How a request ends, and what the client is sent. */
export interface Outcome {
  readonly error: LifecycleError | null;
  readonly messages: readonly LifecycleMessage[];
  readonly usage: ReplayedUsage | null;
  /** Made when they are asked for: mostly nobody does, and there may be many. */
  readonly turns: readonly Turn[];
  /** Whether one of them is called so. */
  readonly holdsTurn: (turnId: string) => boolean;
}
