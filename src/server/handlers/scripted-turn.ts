import { type TokenUsage, type TokenUsageInfo, tokenUsageKeys } from '../../codex/records/token-count.ts';
import type { JsonObject } from '../../json/json-value.ts';
import type { NewRecord } from '../store/rollout-writer.ts';

/** What the scripted model charges for each response, in tokens. */
const CHARGE: TokenUsage = {
  input_tokens: 1_000n,
  cached_input_tokens: 400n,
  cache_write_input_tokens: 0n,
  output_tokens: 50n,
  reasoning_output_tokens: 20n,
  total_tokens: 1_050n,
};
const WINDOW = 258_400n;
/** What the scripted model says. */
export const ANSWER = 'This is a scripted answer.';

/** The usage of a thread after one more response of the scripted model. Counts wrap around at 64 bits, as Codex's do. */
export function chargedUsage(before: TokenUsageInfo | null): TokenUsageInfo {
  const total = { ...CHARGE };
  for (const key of tokenUsageKeys)
    total[key] = BigInt.asIntN(64, (before?.total_token_usage[key] ?? 0n) + CHARGE[key]);
  return {
    total_token_usage: total,
    last_token_usage: CHARGE,
    model_context_window: before?.model_context_window ?? WINDOW,
  };
}

/** A turn from its start to its end, before it is written down. */
export interface ScriptedTurn {
  readonly threadId: string;
  readonly turnId: string;
  /** What the user says. */
  readonly message: string;
  /** The ids of what the user and the model say. */
  readonly userItemId: string;
  readonly agentItemId: string;
  readonly usage: TokenUsageInfo;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly completedAt: number;
}

/**
 * The lines of a turn as Codex writes them, in their order. `isPaginated`: in the form of paginated rollouts, whose
 * messages are items; `writesCacheWrite`: usage has `cache_write_input_tokens` (docs/codex.md 3.2).
 */
export function turnRecords(turn: ScriptedTurn, isPaginated: boolean, writesCacheWrite: boolean): NewRecord[] {
  const { turnId, message, usage, startedAt, completedAt } = turn;
  const messages = isPaginated ? itemEvents(turn) : messageEvents(message);
  return [
    event({
      type: 'task_started',
      turn_id: turnId,
      started_at: seconds(startedAt),
      model_context_window: usage.model_context_window,
      collaboration_mode_kind: 'default',
    }),
    responseItem('user', { type: 'input_text', text: message }),
    ...messages,
    responseItem('assistant', { type: 'output_text', text: ANSWER }),
    tokenCountRecord(usage, writesCacheWrite),
    event({
      type: 'task_complete',
      turn_id: turnId,
      last_agent_message: ANSWER,
      completed_at: seconds(completedAt),
      duration_ms: completedAt - startedAt,
    }),
  ];
}

/** The line that usage is restored from. */
export function tokenCountRecord(info: TokenUsageInfo, writesCacheWrite: boolean): NewRecord {
  const counts = ({ cache_write_input_tokens, ...usage }: TokenUsage): JsonObject => {
    const { input_tokens, cached_input_tokens, ...others } = usage;
    const cacheWrite = writesCacheWrite ? { cache_write_input_tokens } : {};
    return { input_tokens, cached_input_tokens, ...cacheWrite, ...others };
  };
  return event({
    type: 'token_count',
    info: {
      total_token_usage: counts(info.total_token_usage),
      last_token_usage: counts(info.last_token_usage),
      model_context_window: info.model_context_window,
    },
    rate_limits: null,
  });
}

function messageEvents(message: string): NewRecord[] {
  return [
    event({ type: 'user_message', message, images: [], local_images: [], text_elements: [] }),
    event({ type: 'agent_message', message: ANSWER, phase: null, memory_citation: null }),
  ];
}

function itemEvents(turn: ScriptedTurn): NewRecord[] {
  const { threadId, turnId, message, startedAt, completedAt } = turn;
  const of = { thread_id: threadId, turn_id: turnId };
  const user = {
    type: 'UserMessage',
    id: turn.userItemId,
    content: [{ type: 'text', text: message, text_elements: [] }],
  };
  const agent = { type: 'AgentMessage', id: turn.agentItemId, content: [{ type: 'Text', text: ANSWER }] };
  const completed = (item: JsonObject, at: number) =>
    event({ type: 'item_completed', ...of, item, started_at_ms: at, completed_at_ms: at });
  return [completed(user, startedAt), completed(agent, completedAt)];
}

function responseItem(role: string, content: JsonObject): NewRecord {
  return { type: 'response_item', payload: { type: 'message', role, content: [content] } };
}

function event(payload: JsonObject): NewRecord {
  return { type: 'event_msg', payload };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
