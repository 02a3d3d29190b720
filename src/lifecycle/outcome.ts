import type { TokenUsage, TokenUsageInfo } from '../codex/records/token-count.ts';
import type { Turn } from '../turns/turn.ts';

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

/** Tokens on the wire. Older versions send no `cacheWriteInputTokens`. */
export interface TokenUsageBreakdown {
  readonly totalTokens: bigint;
  readonly inputTokens: bigint;
  readonly cachedInputTokens: bigint;
  readonly cacheWriteInputTokens?: bigint;
  readonly outputTokens: bigint;
  readonly reasoningOutputTokens: bigint;
}

/** Usage on the wire. */
export interface ThreadTokenUsage {
  readonly total: TokenUsageBreakdown;
  readonly last: TokenUsageBreakdown;
  readonly modelContextWindow: bigint | null;
}

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

/** A TokenUsageInfo in wire form. */
export function toWire(info: TokenUsageInfo, sendsCacheWrite: boolean): ThreadTokenUsage {
  const breakdown = (usage: TokenUsage): TokenUsageBreakdown => ({
    totalTokens: usage.total_tokens,
    inputTokens: usage.input_tokens,
    cachedInputTokens: usage.cached_input_tokens,
    ...(sendsCacheWrite && { cacheWriteInputTokens: usage.cache_write_input_tokens }),
    outputTokens: usage.output_tokens,
    reasoningOutputTokens: usage.reasoning_output_tokens,
  });
  return {
    total: breakdown(info.total_token_usage),
    last: breakdown(info.last_token_usage),
    modelContextWindow: info.model_context_window,
  };
}
