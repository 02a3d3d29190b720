/** Why bytes stand in a rollout. Every byte has one cause. */
export type CauseId =
  | 'copied-parent'
  | 'inline-images'
  | 'compacted-history'
  | 'tool-output'
  | 'tool-calls'
  | 'reasoning'
  | 'messages'
  | 'instructions'
  | 'bookkeeping'
  | 'unknown-kinds'
  | 'unreadable'
  | 'blank-lines';

const ofTopLevel: ReadonlyMap<string, CauseId> = new Map([
  ['compacted', 'compacted-history'],
  ['session_meta', 'instructions'],
  ['turn_context', 'instructions'],
  ['world_state', 'instructions'],
  ['token_usage_record', 'bookkeeping'],
  ['ghost_snapshot', 'bookkeeping'],
]);

const ofItem: ReadonlyMap<string, CauseId> = new Map([
  ['message', 'messages'],
  ['agent_message', 'messages'],
  ['reasoning', 'reasoning'],
  ['compaction', 'compacted-history'],
  ['compaction_summary', 'compacted-history'],
  ['context_compaction', 'compacted-history'],
  ['image_generation_call', 'inline-images'],
  ['ghost_snapshot', 'bookkeeping'],
]);

const ofEvent: ReadonlyMap<string, CauseId> = new Map([
  ['user_message', 'messages'],
  ['agent_message', 'messages'],
  ['plan_update', 'messages'],
  ['item_completed', 'messages'],
  ['entered_review_mode', 'messages'],
  ['exited_review_mode', 'messages'],
  ['image_generation_end', 'inline-images'],
  ['token_count', 'bookkeeping'],
  ['task_started', 'bookkeeping'],
  ['turn_started', 'bookkeeping'],
  ['task_complete', 'bookkeeping'],
  ['turn_complete', 'bookkeeping'],
  ['turn_aborted', 'bookkeeping'],
  ['thread_rolled_back', 'bookkeeping'],
  ['thread_settings_applied', 'bookkeeping'],
  ['context_compacted', 'bookkeeping'],
  ['error', 'bookkeeping'],
  ['warning', 'bookkeeping'],
]);

/** The cause of a line of some kind, as `event_msg/token_count`, when nothing else is known of it. */
export function causeOfKind(kind: string): CauseId {
  const [type = '', inner] = kind.split('/', 2);
  if (inner === undefined) return ofTopLevel.get(type) ?? 'unknown-kinds';
  if (type === 'response_item') return ofItem.get(inner) ?? causeOfTool(inner);
  return ofEvent.get(inner) ?? (inner.startsWith('agent_reasoning') ? 'reasoning' : causeOfTool(inner));
}

function causeOfTool(name: string): CauseId {
  if (/_(?:output|end|delta)$/.test(name)) return 'tool-output';
  if (/_(?:call|begin|request)$/.test(name)) return 'tool-calls';
  return 'unknown-kinds';
}
