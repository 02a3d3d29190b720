import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { Turn } from '../turns/turn.ts';
import type { ThreadTokenUsage, TokenUsageBreakdown } from '../wire/thread-token-usage.ts';

/** What a scripted model is called. */
const MODEL = 'scripted';
/** The provider of threads that name none. */
export const MODEL_PROVIDER = 'openai';

export interface ThreadView {
  readonly meta: SessionMeta;
  /** Of its rollout; null for a thread that has none. */
  readonly path: string | null;
  /** Seconds since 1970; null: since it began. */
  readonly updatedAt: number | null;
  readonly status: 'idle' | 'notLoaded';
  readonly turns: readonly Turn[];
  /** What stands in the turns; missing when that is not known. */
  readonly items?: { readonly of: (turnId: string) => readonly JsonObject[] };
}

/** A `Thread` on the wire, with what the schemas of 0.122 to 0.169 ask for. Its preview is empty. */
export function threadJson({ meta, path, updatedAt, status, turns, items }: ThreadView): JsonObject {
  const createdAt = Math.floor(Date.parse(meta.timestamp) / 1_000) || 0;
  return {
    id: meta.id,
    sessionId: meta.id,
    forkedFromId: meta.forked_from_id,
    preview: '',
    ephemeral: path === null,
    historyMode: meta.history_mode,
    modelProvider: meta.model_provider ?? MODEL_PROVIDER,
    createdAt,
    updatedAt: updatedAt ?? createdAt,
    status: { type: status },
    path,
    cwd: meta.cwd,
    cliVersion: meta.cli_version,
    source: 'vscode',
    agentNickname: null,
    agentRole: null,
    gitInfo: null,
    name: null,
    projectId: null,
    turns: turns.map((turn) => turnJson(turn, items?.of(turn.id))),
  };
}

/**
 * A `Turn` on the wire. Its times are in seconds since 1970, its duration in milliseconds.
 * @param items what stands in it, if that is known
 */
export function turnJson(turn: Turn, items?: readonly JsonObject[]): JsonObject {
  const { id, status, startedAt, completedAt, durationMs } = turn;
  const itemsView = items ? 'full' : 'notLoaded';
  return { id, items: items ?? [], itemsView, status, error: null, startedAt, completedAt, durationMs };
}

/** What the user says, as an item of a turn on the wire. */
export function userMessage(id: string, content: JsonValue): JsonObject {
  return { type: 'userMessage', id, clientId: null, content };
}

/** What the model says, as an item of a turn on the wire. */
export function agentMessage(id: string, text: string, phase: JsonValue): JsonObject {
  return { type: 'agentMessage', id, text, phase, memoryCitation: null };
}

/** The result of `thread/start`, `thread/resume` and `thread/fork`. */
export function threadResult(thread: JsonObject): JsonObject {
  return {
    thread,
    model: MODEL,
    modelProvider: thread.modelProvider ?? MODEL_PROVIDER,
    serviceTier: null,
    cwd: thread.cwd ?? '',
    instructionSources: [],
    approvalPolicy: 'never',
    approvalsReviewer: 'user',
    sandbox: { type: 'dangerFullAccess' },
    reasoningEffort: null,
  };
}

/** The params of `thread/tokenUsage/updated`. */
export function usageParams(threadId: string, turnId: string, tokenUsage: ThreadTokenUsage): JsonObject {
  const { total, last, modelContextWindow } = tokenUsage;
  const breakdown = (usage: TokenUsageBreakdown): JsonObject => ({ ...usage });
  return { threadId, turnId, tokenUsage: { total: breakdown(total), last: breakdown(last), modelContextWindow } };
}
