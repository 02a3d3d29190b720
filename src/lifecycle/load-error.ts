import { basename } from 'node:path';
import type { Era } from '../codex/era.ts';
import { parseRolloutName } from '../history/rollout-name.ts';
import type { HistoryFacts } from './facts.ts';
import { invalidRequest, type LifecycleError } from './outcome.ts';

const NOT_SUPPORTED = -32601;
const INTERNAL = -32603;
const THREAD_STORE = 'thread-store internal error: ';
const RECORDER = `error resuming thread: Fatal error: Failed to initialize session: ${THREAD_STORE}failed to resume local thread recorder: `;
const FORK = `failed to prepare paginated fork: ${THREAD_STORE}`;

/**
 * Why an app-server of this era does not find a thread by its id, or does not open it; null when it does. `path` is
 * the rollout's path as the server knows it.
 */
export function archivedError({ history, isPaginated }: HistoryFacts, era: Era): LifecycleError | null {
  const id = history.meta?.id;
  if (!history.isArchived || era.archived === 'opened' || id === undefined) return null;
  // Versions that refuse every paginated thread do so first.
  if (isPaginated && era.paginated === 'refused') return null;
  if (era.archived === 'not found') return invalidRequest(`no rollout found for thread id ${id}`);
  return invalidRequest(`session ${id} is archived. Run \`codex unarchive ${id}\` to unarchive it first.`);
}

/** Why it does not load a rollout, whatever is asked of it (docs/codex.md 8.2); null when it does. */
export function loadError(facts: HistoryFacts, era: Era, path: string): LifecycleError | null {
  const { head, meta } = facts.history;
  const readsWhole = era.reading === 'whole file';
  if (facts.isRefused) {
    const step = era.readsHeadToMessage && facts.isRefusedEarly ? era.headStep : era.badUtf8Step;
    return unreadable(readsWhole ? null : step, path, 'stream did not contain valid UTF-8');
  }
  if (readsWhole) {
    if (facts.meta) return null;
    return unreadable(
      null,
      path,
      facts.holdsText ? 'failed to parse thread ID from rollout file' : 'empty session file',
    );
  }
  if (meta === null || (head.isBehindItem && era.itemBeforeMeta === 'refuses all')) {
    const reason = head.isBehindItem ? 'does not start with session metadata' : 'is empty';
    return unreadable(era.headStep, path, `rollout at ${path} ${reason}`);
  }
  if (facts.isPaginated && era.paginated === 'refused') {
    return { code: NOT_SUPPORTED, message: 'paginated_threads is not supported yet' };
  }
  return null;
}

/** Why the history of a paginated thread cannot be put together; null when it can. */
export function lineageError({ history: { problem, meta } }: HistoryFacts): LifecycleError | null {
  if (problem === null) return null;
  const reasons = {
    missing: [problem.rolloutId, 'missing source rollout'],
    unreadable: [problem.rolloutId, 'missing source rollout'],
    circle: [meta?.id, 'cycle detected'],
    'of another thread': [meta?.id, 'source rollout belongs to another thread'],
  } as const;
  const [id, reason] = reasons[problem.kind];
  return invalidRequest(`invalid paginated history lineage for ${id}: ${reason}`);
}

/** Why a rollout is not resumed whose file name names another thread than its session_meta; null when it is. */
export function sourceError({ isPaginated, history }: HistoryFacts, era: Era, path: string): LifecycleError | null {
  const named = parseRolloutName(basename(path))?.threadId;
  if (!era.refusesMismatchedId || !isPaginated || named === undefined || named === history.meta?.id) return null;
  return invalidRequest('thread source changed during resume; retry with the current thread ID or path');
}

/** Why a rollout that can be loaded, and forked, cannot be resumed. */
export function resumeError(facts: HistoryFacts, era: Era, path: string): LifecycleError | null {
  const { head, meta } = facts.history;
  if (head.isBehindItem && era.itemBeforeMeta === 'refuses resume') {
    const reason = `rollout at ${path} does not start with session metadata`;
    return { code: INTERNAL, message: `failed to load rollout \`${path}\` for thread ${meta?.id}: ${reason}` };
  }
  const provider = (era.takesProviderFromSettings ? facts.settingsProvider : null) ?? meta?.model_provider;
  if (era.missingProvider !== null && !provider) return invalidRequest(era.missingProvider);
  if (era.v2SubAgentsNeedParent && meta?.subagent === 'thread_spawn' && meta.multi_agent_version === 'v2') {
    const advice = 'resume the parent first, or use thread/read to inspect it';
    return invalidRequest(`cannot resume an unloaded multi-agent v2 sub-agent through its parent; ${advice}`);
  }
  return recorderError(facts, era, path);
}

/**
 * Why a thread is not resumed with another provider than its own; null when it is. Its own is that of the session_meta, but
 * Codex has a paginated one by its settings as soon as it has met it, by reading, forking or trying to resume it.
 */
export function providerChangeError(
  { history: { meta }, settingsProvider, isPaginated }: HistoryFacts,
  era: Era,
  home: 'used' | 'new',
  configuredProvider: string | undefined,
): LifecycleError | null {
  if (era.providerChange === null) return null;
  const own = (isPaginated && home === 'used' ? settingsProvider : null) ?? meta?.model_provider;
  const other = (era.providerIsThatOf === 'configuration' ? configuredProvider : undefined) ?? settingsProvider;
  if (!own || !other || own === other) return null;
  const text = era.providerChange.replace(/\$THREAD|\$OTHER/g, (name) => (name === '$THREAD' ? own : other));
  return invalidRequest(text);
}

/** Why the rollout cannot be written on. */
function recorderError(
  { history, isPaginated, projection }: HistoryFacts,
  era: Era,
  path: string,
): LifecycleError | null {
  const failed = (reason: string) => ({ code: INTERNAL, message: `${RECORDER}${reason}` });
  if (era.needsFirstLine && history.head.firstLine !== 'session_meta') {
    return history.head.firstLine === 'undecodable'
      ? failed(`failed to parse first rollout record at ${path}`)
      : failed(`rollout at ${path} does not start with session metadata`);
  }
  if (isPaginated && era.needsLastOrdinal && projection.endsWithoutOrdinal) {
    return failed(`final paginated rollout record at ${path} is missing an ordinal`);
  }
  const start = history.meta?.subagent_history_start_ordinal ?? null;
  if (isPaginated && start !== null && start > projection.highest + 1n) {
    const found = `expected inherited prefix through ordinal ${start - 1n}, found final durable ordinal ${projection.highest}`;
    return failed(`paginated subagent rollout at ${path} is incomplete: ${found}`);
  }
  return null;
}

/** Why a rollout that can be loaded cannot be forked. */
export function forkError(facts: HistoryFacts, era: Era): LifecycleError | null {
  const { history, isPaginated, projection } = facts;
  const { meta, isLinked } = history;
  if (!isPaginated) return null;
  if (isLinked && era.refusesLinkedFork)
    return invalidRequest(`rollout path ${history.path} must be in Codex home directory`);
  if (era.ordinals !== 'growing') {
    if (projection.problem === null) return null;
    const message =
      projection.problem === 'missing'
        ? `paginated rollout line for ${meta?.id} is missing an ordinal`
        : `thread history projection for ${meta?.id} ${projection.problem}`;
    return { code: INTERNAL, message: `${FORK}${message}` };
  }
  if (projection.hasOrdinal) return null;
  return invalidRequest(`invalid paginated history lineage for ${meta?.id}: ${era.noOrdinalProblem}`);
}

/** `step`: what the server was doing; null in versions that read the file in one go. */
function unreadable(step: string | null, path: string, reason: string): LifecycleError {
  if (step === null) return invalidRequest(`failed to load rollout \`${path}\`: ${reason}`);
  return { code: INTERNAL, message: `failed to read thread: ${THREAD_STORE}failed to ${step} ${path}: ${reason}` };
}
