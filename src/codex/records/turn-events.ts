import {
  type Decoder,
  defaulted,
  i64,
  mismatch,
  optional,
  required,
  string,
  struct,
  u32,
  unitVariant,
} from '../../json/decode.ts';
import type { JsonView } from '../../json/json-view.ts';
import { type CodexVersion, isAtLeast, isWithin, type VersionSpan } from '../version.ts';

/** An event that begins, ends, fills or undoes a turn (docs/codex.md 6). Times in seconds, durations in milliseconds. */
export type TurnEvent =
  | {
      readonly kind: 'task_started';
      readonly turn_id: string;
      readonly started_at: bigint | null;
      readonly model_context_window: bigint | null;
    }
  /** `answered`: the model's last message ends the turn. */
  | ({
      readonly kind: 'task_complete';
      readonly turn_id: string;
      readonly answered: boolean;
      readonly failed: boolean;
    } & Ending)
  | ({ readonly kind: 'turn_aborted'; readonly turn_id: string | null } & Ending)
  | { readonly kind: 'user_message' }
  /** Something else that a turn holds. */
  | { readonly kind: 'turn_item' }
  | { readonly kind: 'error' }
  | { readonly kind: 'thread_rolled_back'; readonly num_turns: bigint };

interface Ending {
  readonly completed_at: bigint | null;
  readonly duration_ms: bigint | null;
}

/** Whether a string says anything; its text does not matter and may be long. */
const saysSomething: Decoder<boolean> = (value, field) => {
  if (value.kind !== 'string') throw mismatch(value, field, 'a string');
  return value.byteLength > '""'.length;
};
const anything: Decoder<JsonView> = (value) => value;

const message = struct({ message: required(saysSomething) });
const error = struct({ message: required(saysSomething), codex_error_info: optional(anything) });
const reasoning = struct({ text: required(saysSomething) });
const patch = struct({ turn_id: defaulted(string, '') });
const rolledBack = struct({ num_turns: required(u32) });
const started = struct({
  turn_id: required(string),
  started_at: optional(i64),
  model_context_window: optional(i64),
});
const completed = struct({
  turn_id: required(string),
  last_agent_message: optional(saysSomething),
  error: optional(anything),
  completed_at: optional(i64),
  duration_ms: optional(i64),
});
const aborted = struct({
  turn_id: optional(string),
  reason: required(unitVariant(['interrupted', 'replaced', 'review_ended', 'budget_limited'])),
  completed_at: optional(i64),
  duration_ms: optional(i64),
});

type Payload = (payload: JsonView) => TurnEvent | null;

const turnItem: Payload = () => ({ kind: 'turn_item' });
const saying =
  (decoder: Decoder<object>): Payload =>
  (payload) =>
    Object.values(decoder(payload, 'payload'))[0] ? { kind: 'turn_item' } : null;
const taskStarted: Payload = (payload) => ({ kind: 'task_started', ...started(payload, 'payload') });
const taskComplete: Payload = (payload) => {
  const { last_agent_message, error, ...ending } = completed(payload, 'payload');
  return { kind: 'task_complete', ...ending, answered: last_agent_message === true, failed: error !== null };
};

const NOT_STEERABLE = new Set(['active_turn_not_steerable']);

/** Errors that only refuse a request. */
function concernsNoTurn(info: JsonView): boolean {
  if (info.kind === 'object') return info.members(NOT_STEERABLE).size > 0;
  return info.kind === 'string' && info.text === 'thread_rollback_failed';
}

/** How the events that matter to turns are read, in every version. */
const always: Readonly<Record<string, Payload>> = {
  task_started: taskStarted,
  turn_started: taskStarted,
  task_complete: taskComplete,
  turn_complete: taskComplete,
  turn_aborted: (payload) => {
    const { turn_id, completed_at, duration_ms } = aborted(payload, 'payload');
    return { kind: 'turn_aborted', turn_id, completed_at, duration_ms };
  },
  user_message: (payload) => {
    message(payload, 'payload');
    return { kind: 'user_message' };
  },
  agent_message: saying(message),
  agent_reasoning: saying(reasoning),
  agent_reasoning_raw_content: saying(reasoning),
  error: (payload) => {
    const { codex_error_info } = error(payload, 'payload');
    return codex_error_info !== null && concernsNoTurn(codex_error_info) ? null : { kind: 'error' };
  },
  thread_rolled_back: (payload) => ({ kind: 'thread_rolled_back', ...rolledBack(payload, 'payload') }),
  context_compacted: turnItem,
  // Stands in the turn that it names, and in none when there is no such turn.
  patch_apply_end: (payload) => (patch(payload, 'payload').turn_id === '' ? { kind: 'turn_item' } : null),
  mcp_tool_call_end: turnItem,
  web_search_end: turnItem,
  image_generation_end: turnItem,
  entered_review_mode: turnItem,
  exited_review_mode: turnItem,
};

/** Events that a turn holds in some versions only (measured on 12 versions). */
const sometimes: readonly (VersionSpan & { readonly kinds: readonly string[] })[] = [
  {
    since: null,
    until: [0, 129, 0],
    kinds: [
      'apply_patch_approval_request',
      'collab_agent_interaction_begin',
      'collab_agent_interaction_end',
      'collab_agent_spawn_begin',
      'collab_agent_spawn_end',
      'collab_close_begin',
      'collab_close_end',
      'collab_resume_begin',
      'collab_resume_end',
      'collab_waiting_begin',
      'collab_waiting_end',
      'image_generation_begin',
      'mcp_tool_call_begin',
      'patch_apply_begin',
      'view_image_tool_call',
      'web_search_begin',
    ],
  },
  { since: [0, 140, 0], until: null, kinds: ['sub_agent_activity'] },
];

/**
 * How Codex `version` reads an event that matters to turns; null: it is of no matter to them. The payload has the shape
 * of its kind. The decoder throws a DecodeError where Codex would drop the line.
 */
export function turnEventDecoder(version: CodexVersion): (type: string, payload: JsonView) => TurnEvent | null {
  const held = sometimes.filter((span) => isWithin(version, span)).flatMap(({ kinds }) => kinds);
  const events = new Map([...Object.entries(always), ...held.map((kind) => [kind, turnItem] as const)]);
  return (type, payload) => events.get(type)?.(payload) ?? null;
}

const aliases: ReadonlyMap<string, string> = new Map([
  ['turn_started', 'task_started'],
  ['turn_complete', 'task_complete'],
]);

/** The one name of an event that has two. */
export function eventName(type: string): string {
  return aliases.get(type) ?? type;
}

/** Events that a legacy rollout keeps, and since when where that is not always; a client's turns are rebuilt from these. */
const keptLater: ReadonlyMap<string, CodexVersion> = new Map<string, CodexVersion>([
  ['thread_settings_applied', [0, 144, 0]],
]);

/** Whether a legacy rollout of Codex `version` keeps an event. */
export function isKeptEvent(version: CodexVersion, type: string): boolean {
  const since = keptLater.get(type);
  return keptEvents.has(type) && !(since && !isAtLeast(version, since));
}

const keptEvents: ReadonlySet<string> = new Set([
  'token_count',
  'thread_goal_updated',
  'thread_rolled_back',
  'turn_aborted',
  'task_started',
  'turn_started',
  'task_complete',
  'turn_complete',
  'thread_settings_applied',
  'user_message',
  'agent_message',
  'agent_reasoning',
  'agent_reasoning_raw_content',
  'entered_review_mode',
  'exited_review_mode',
  'patch_apply_end',
  'context_compacted',
  'mcp_tool_call_end',
  'web_search_end',
  'image_generation_end',
  'sub_agent_activity',
]);
