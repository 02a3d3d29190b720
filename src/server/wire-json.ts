import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { WireKeys, WireType } from '../codex/requests/wire-keys.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import type { Turn } from '../turns/turn.ts';
import type { ThreadTokenUsage, TokenUsageBreakdown } from '../wire/thread-token-usage.ts';
import type { ThreadSettings } from './store/thread-settings.ts';
import type { ThreadSummary } from './store/thread-summary.ts';

/** The provider of threads that name none. */
export const MODEL_PROVIDER = 'openai';

/** How much of its items a turn shows. */
export type ItemsView = 'full' | 'summary' | 'notLoaded';

/** Whether a thread runs, and does something. */
export type ThreadStatus =
  | { readonly type: 'notLoaded' }
  | { readonly type: 'idle' }
  | { readonly type: 'active'; readonly activeFlags: readonly string[] };

/** A `Thread` on the wire, with the members that the version knows. */
export function threadJson(
  summary: ThreadSummary,
  status: ThreadStatus,
  turns: readonly JsonObject[],
  keys: WireKeys,
): JsonObject {
  return known('thread', threadMembers(summary, status, turns), keys);
}

/** The same as a list has it: Codex says less there. */
export function listedJson(summary: ThreadSummary, status: ThreadStatus, keys: WireKeys): JsonObject {
  const thread = { ...threadMembers(summary, status, []), forkedFromId: null, canAcceptDirectInput: null };
  return known('thread', thread, keys);
}

function threadMembers(
  { meta, origin, path, preview, name, settings, updatedAt }: ThreadSummary,
  status: ThreadStatus,
  turns: readonly JsonObject[],
): JsonObject {
  const createdAt = Math.floor(Date.parse(meta.timestamp) / 1_000) || 0;
  const isLoaded = status.type !== 'notLoaded';
  const { cwd, workspaceRoots: runtimeWorkspaceRoots } = settings;
  const updated = Math.max(Math.floor(updatedAt / 1_000), createdAt);
  return {
    id: meta.id,
    sessionId: origin.session_id ?? meta.id,
    forkedFromId: meta.forked_from_id,
    parentThreadId: meta.parent_thread_id,
    attachedToThreadId: null,
    preview,
    ephemeral: path === null,
    historyMode: meta.history_mode,
    extra: null,
    section: null,
    sectionEnteredAt: null,
    modelProvider: meta.model_provider ?? MODEL_PROVIDER,
    model: settings.model,
    reasoningEffort: settings.reasoningEffort,
    createdAt,
    updatedAt: updated,
    recencyAt: updated,
    status: { ...status },
    path,
    cwd,
    cliVersion: meta.cli_version,
    originator: meta.originator,
    source: sourceJson(origin.source),
    threadSource: origin.thread_source ?? null,
    agentNickname: origin.agent_nickname ?? null,
    agentRole: origin.agent_role ?? null,
    gitInfo: gitJson(origin.git),
    name,
    projectId: null,
    daybreakEnabled: null,
    canAcceptDirectInput: isLoaded ? true : null,
    environments: isLoaded ? [{ environmentId: 'local', cwd, runtimeWorkspaceRoots }] : null,
    turns,
  };
}

/** The `source` of a session_meta as the wire has it. */
function sourceJson(source: JsonValue | undefined): JsonValue {
  if (isJsonObject(source)) {
    const subAgent = source.subagent ?? source.internal;
    return subAgent === undefined ? source : { subAgent };
  }
  if (source === 'mcp') return 'appServer';
  return typeof source === 'string' ? source : 'vscode';
}

function gitJson(git: JsonValue | undefined): JsonValue {
  if (!isJsonObject(git)) return null;
  return { sha: git.commit_hash ?? null, branch: git.branch ?? null, originUrl: git.repository_url ?? null };
}

/**
 * A `Turn` on the wire. Its times are in seconds since 1970, its duration in milliseconds.
 * @param items what stands in it, as far as `itemsView` wants it
 */
export function turnJson(
  { id, status, startedAt, completedAt, durationMs }: Turn,
  keys: WireKeys,
  { items = [], itemsView = 'notLoaded', error = null }: TurnContent = {},
): JsonObject {
  const shown = error && errorJson(error, keys);
  const turn = { id, rootTurnId: id, items, itemsView, status, error: shown, startedAt, completedAt, durationMs };
  return known('turn', turn, keys);
}

/** What a turn shows of its inside. */
export interface TurnContent {
  readonly items?: readonly JsonObject[];
  readonly itemsView?: ItemsView;
  readonly error?: JsonObject | null;
}

/** What the user says, as an item of a turn on the wire. */
export function userMessage(id: string, content: JsonValue, clientId: JsonValue = null): JsonObject {
  return { type: 'userMessage', id, clientId, content };
}

/** What the model says, as an item of a turn on the wire. */
export function agentMessage(id: string, text: string, phase: JsonValue): JsonObject {
  return {
    ...{ type: 'agentMessage', id, text, phase, memoryCitation: null },
    ...{ delivery: null, moderation: null, questions: null },
  };
}

/** An item with the members that the version knows. */
export function itemJson(item: JsonObject, keys: WireKeys): JsonObject {
  return known(`item ${item.type}`, item, keys);
}

/** How a turn failed, with the members that the version knows. */
export function errorJson(error: JsonObject, keys: WireKeys): JsonObject {
  return known('error', error, keys);
}

/** The result of `thread/start`, `thread/resume` and `thread/fork`. `more`: what a resume alone says. */
export function openedJson(
  thread: JsonObject,
  settings: ThreadSettings,
  keys: WireKeys,
  more: JsonObject = {},
): JsonObject {
  const { cwd, approvalPolicy, approvalsReviewer, sandbox, reasoningEffort, serviceTier } = settings;
  const model = modelOf(settings);
  const opened: JsonObject = {
    ...{ thread, model, modelProvider: thread.modelProvider ?? MODEL_PROVIDER, serviceTier, cwd },
    ...{ runtimeWorkspaceRoots: settings.workspaceRoots, instructionSources: [], approvalPolicy, approvalsReviewer },
    ...{ sandbox, activePermissionProfile: null, reasoningEffort, disabledPluginIds: [] },
    ...{ multiAgentMode: 'explicitRequestOnly', ...more },
  };
  return known('opened', opened, keys);
}

/** The settings of a thread, as `thread/settings/updated` tells them. */
export function settingsJson(settings: ThreadSettings, { model_provider }: SessionMeta): JsonObject {
  const { cwd, approvalPolicy, approvalsReviewer, sandbox, serviceTier, reasoningEffort } = settings;
  const model = modelOf(settings);
  return {
    ...{ activePermissionProfile: null, approvalPolicy, approvalsReviewer },
    ...{ collaborationMode: collaborationMode(settings), cwd, disabledPluginIds: [], effort: reasoningEffort },
    environments: [{ environmentId: 'local', cwd, runtimeWorkspaceRoots: settings.workspaceRoots }],
    ...{ model, modelProvider: model_provider ?? MODEL_PROVIDER, multiAgentMode: 'explicitRequestOnly' },
    ...{ personality: null, sandboxPolicy: sandbox, serviceTier, summary: null },
  };
}

/** What the model of a thread is called. */
export function modelOf({ model }: ThreadSettings): string {
  return model ?? 'scripted';
}

/** How the model and the user work together, as settings on the wire say it. */
export function collaborationMode(settings: ThreadSettings): JsonObject {
  const { reasoningEffort: reasoning_effort } = settings;
  return { mode: 'default', settings: { model: modelOf(settings), reasoning_effort, developer_instructions: null } };
}

function known(type: WireType, members: JsonObject, keys: WireKeys): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([key]) => keys(type, key)));
}

/** The params of `thread/tokenUsage/updated`. */
export function usageParams(threadId: string, turnId: string, tokenUsage: ThreadTokenUsage): JsonObject {
  const { total, last, modelContextWindow } = tokenUsage;
  const breakdown = (usage: TokenUsageBreakdown): JsonObject => ({ ...usage });
  return { threadId, turnId, tokenUsage: { total: breakdown(total), last: breakdown(last), modelContextWindow } };
}
