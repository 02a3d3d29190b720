import { type Decoder, required, string, struct } from './decode.ts';
import type { JsonView } from './json.ts';

/** What a `response_item` means to turns. */
export interface ResponseItem {
  /** Something that the user said, not what Codex says in the user's place. */
  readonly is_user_message: boolean;
  /** Of a type that Codex knows; others are read as `Other`, which a legacy rollout does not keep. */
  readonly is_known: boolean;
}

const knownTypes = new Set([
  'message',
  'agent_message',
  'reasoning',
  'local_shell_call',
  'function_call',
  'function_call_output',
  'tool_search_call',
  'tool_search_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'web_search_call',
  'image_generation_call',
  'compaction',
  'compaction_summary',
  'context_compaction',
]);

/** How messages begin that Codex writes in the user's role: context, instructions, notes. */
const IN_THE_USERS_PLACE =
  /^\s*(?:<(?:environment_context|user_instructions|permissions|skill|user_shell_command|turn_aborted|subagent_notification|collaboration_mode|personality|apps|plugins)\b|# AGENTS\.md instructions)/i;

const tagged = struct({ type: required(string) });
const ROLE_AND_CONTENT = new Set(['role', 'content']);
const TEXT = new Set(['text']);
const LONGEST_BEGINNING = 4096;

/** Reads the payload of a `response_item`. @throws {DecodeError} when it has no type */
export const responseItem: Decoder<ResponseItem> = (payload, field) => {
  const { type } = tagged(payload, field);
  return { is_known: knownTypes.has(type), is_user_message: type === 'message' && isUserMessage(payload) };
};

function isUserMessage(payload: JsonView): boolean {
  const { role, content } = Object.fromEntries(payload.members(ROLE_AND_CONTENT));
  if (role?.kind !== 'string' || role.text !== 'user' || content?.kind !== 'array') return false;
  return !content.elements().some((part) => {
    const text = part.kind === 'object' ? part.members(TEXT).get('text') : undefined;
    return text?.kind === 'string' && IN_THE_USERS_PLACE.test(text.beginning(LONGEST_BEGINNING));
  });
}
