import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { JsonObject } from '../../json/json-value.ts';
import type { NewRecord } from './rollout-writer.ts';

/** The first line of a new thread's rollout. */
export function newSessionMeta(meta: SessionMeta): NewRecord {
  const { id, timestamp, cwd, originator, cli_version, model_provider, history_mode } = meta;
  const payload = { id, timestamp, cwd, originator, cli_version, source: 'vscode', model_provider, history_mode };
  return { type: 'session_meta', payload: { session_id: id, ...payload } };
}

/** The first line of a rollout in which a thread goes on after a revert. `source`: the payload of that of the one before. */
export function nextSessionMeta(source: JsonObject, { timestamp, cli_version, history_base }: SessionMeta): NewRecord {
  const { history_base: _, ...kept } = source;
  return {
    type: 'session_meta',
    payload: { ...kept, timestamp, cli_version, ...(history_base && { history_base: { ...history_base } }) },
  };
}

/**
 * The first line of a fork's rollout (docs/codex.md 8.5). `source`: the payload of the source's session_meta, all of
 * which the fork takes over but what is its own.
 */
export function forkedSessionMeta(source: JsonObject, meta: SessionMeta): NewRecord {
  const { id, forked_from_id, timestamp, cli_version, history_mode, history_base } = meta;
  const { history_base: _, forked_from_ordinal_exclusive: __, context_window: ___, ...taken } = source;
  const base = history_base && { ...history_base };
  const payload = {
    ...taken,
    ...('session_id' in source && { session_id: id }),
    id,
    forked_from_id,
    ...(base && { forked_from_ordinal_exclusive: base.end_ordinal_exclusive }),
    timestamp,
    cli_version,
    ...('history_mode' in source && { history_mode }),
    ...(base && { history_base: base }),
  };
  return { type: 'session_meta', payload };
}
