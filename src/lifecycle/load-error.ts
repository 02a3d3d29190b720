import type { Era } from '../codex/era.ts';
import type { RolloutHistory } from '../history/read-history.ts';
import type { LifecycleError } from './outcome.ts';

const INVALID_REQUEST = -32600;
const NOT_SUPPORTED = -32601;
const INTERNAL = -32603;
const THREAD_STORE = 'thread-store internal error: ';

/**
 * Why an app-server of this era does not load a rollout, whatever is asked of it (docs/codex.md 8); null when it does.
 * `path` is the rollout's path as the server knows it.
 */
export function loadError(history: RolloutHistory, era: Era, path: string): LifecycleError | null {
  const isHeadless = era.reading === 'whole file' ? !history.holdsMeta : history.meta === null;
  if (history.isRefused)
    return unreadable(
      era.reading === 'whole file' ? null : era.badUtf8Step,
      path,
      'stream did not contain valid UTF-8',
    );
  if (isHeadless && era.reading === 'whole file') {
    return unreadable(
      null,
      path,
      history.holdsText ? 'failed to parse thread ID from rollout file' : 'empty session file',
    );
  }
  if (isHeadless) {
    const reason = history.items.length > 0 ? 'does not start with session metadata' : 'is empty';
    return unreadable(era.headStep, path, `rollout at ${path} ${reason}`);
  }
  return paginatedError(history, era);
}

/** `step`: what the server was doing; null in versions that read the file in one go. */
function unreadable(step: string | null, path: string, reason: string): LifecycleError {
  if (step === null) return { code: INVALID_REQUEST, message: `failed to load rollout \`${path}\`: ${reason}` };
  return { code: INTERNAL, message: `failed to read thread: ${THREAD_STORE}failed to ${step} ${path}: ${reason}` };
}

function paginatedError({ meta, missingAncestor }: RolloutHistory, era: Era): LifecycleError | null {
  if (meta?.history_mode !== 'paginated' || era.paginated === 'unknown') return null;
  if (era.paginated === 'refused') return { code: NOT_SUPPORTED, message: 'paginated_threads is not supported yet' };
  if (missingAncestor === null) return null;
  const message = `invalid paginated history lineage for ${missingAncestor}: missing source rollout`;
  return { code: INVALID_REQUEST, message };
}

/** Why a rollout that can be loaded, and forked, cannot be resumed. */
export function resumeError({ meta, beforeMeta }: RolloutHistory, era: Era, path: string): LifecycleError | null {
  if (era.missingProvider !== null && !meta?.model_provider)
    return { code: INVALID_REQUEST, message: era.missingProvider };
  if (!era.needsFirstLine || beforeMeta === 'nothing') return null;
  const message = `error resuming thread: Fatal error: Failed to initialize session: ${THREAD_STORE}failed to resume local thread recorder: failed to parse first rollout record at ${path}`;
  return { code: INTERNAL, message };
}
