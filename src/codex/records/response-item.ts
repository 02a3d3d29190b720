import { type Decoder, required, string, struct } from '../../json/decode.ts';
import type { JsonView } from '../../json/json-view.ts';
import { type CodexVersion, isAtLeast } from '../version.ts';

/** What a `response_item` means to turns. */
export interface ResponseItem {
  /** Something that the user said, not what Codex says in the user's place. */
  readonly is_user_message: boolean;
  /** What a hook said to the model, which is part of a turn. */
  readonly is_hook_prompt: boolean;
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

/** What Codex writes in the user's role: context, instructions, notes. They are told by how they begin and end. */
const IN_THE_USERS_PLACE: readonly RegExp[] = [
  /^# AGENTS\.md instructions for .*<\/INSTRUCTIONS>$/is,
  /^<(environment_context|skill|user_shell_command|turn_aborted|subagent_notification)>.*<\/\1>$/is,
];
const IN_THE_USERS_PLACE_SINCE_0_136: readonly RegExp[] = [
  ...IN_THE_USERS_PLACE,
  /^# AGENTS\.md instructions.*<\/INSTRUCTIONS>$/is,
  /^<goal_context>.*<\/goal_context>$/is,
  /^<codex_internal_context source="[a-z0-9_]+">.*<\/codex_internal_context>$/s,
  /^<(external_[^>]*)>.*<\/\1>$/s,
  /^Warning: The maximum number of unified exec processes you can keep open is/,
  /^Warning: apply_patch was requested via .*\. Use the apply_patch tool instead of exec_command\.$/s,
  /^Warning: Your account was flagged for potentially high-risk cyber activity/,
];
const IN_THE_USERS_PLACE_SINCE_0_144: readonly RegExp[] = [
  ...IN_THE_USERS_PLACE_SINCE_0_136,
  /^<recommended_plugins>.*<\/recommended_plugins>$/is,
];
const HOOK_PROMPT = /^\s*<hook_prompt\s+hook_run_id=(["'])[^"']+\1>[^<]+<\/hook_prompt>/;

const tagged = struct({ type: required(string) });
const ROLE_AND_CONTENT = new Set(['role', 'content']);
const TYPE_AND_TEXT = new Set(['type', 'text']);

/** How Codex `version` reads the payload of a `response_item`; null: it skips the line. @throws {DecodeError} when it has no type */
export function responseItem(version: CodexVersion): Decoder<ResponseItem | null> {
  const inTheUsersPlace = writtenInTheUsersPlace(version);
  return (payload, field) => {
    const { type } = tagged(payload, field);
    if (type === 'ghost_snapshot') return null;
    const parts = type === 'message' ? userText(payload) : null;
    const is_hook_prompt = parts !== null && parts.length > 0 && parts.every((text) => HOOK_PROMPT.test(text));
    const isWritten = parts?.some((text) => isOneOf(inTheUsersPlace, text.trim())) ?? true;
    return { is_known: knownTypes.has(type), is_user_message: !isWritten && !is_hook_prompt, is_hook_prompt };
  };
}

function writtenInTheUsersPlace(version: CodexVersion): readonly RegExp[] {
  if (isAtLeast(version, [0, 144, 0])) return IN_THE_USERS_PLACE_SINCE_0_144;
  return isAtLeast(version, [0, 136, 0]) ? IN_THE_USERS_PLACE_SINCE_0_136 : IN_THE_USERS_PLACE;
}

function isOneOf(patterns: readonly RegExp[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

/** The text parts of a message in the user's role; null for others. */
function userText(payload: JsonView): string[] | null {
  const { role, content } = Object.fromEntries(payload.members(ROLE_AND_CONTENT));
  if (role?.kind !== 'string' || role.text !== 'user' || content?.kind !== 'array') return null;
  const texts: string[] = [];
  for (const part of content.elements()) {
    const { type, text } = part.kind === 'object' ? Object.fromEntries(part.members(TYPE_AND_TEXT)) : {};
    if (type?.kind === 'string' && type.text === 'input_text' && text?.kind === 'string') texts.push(text.text);
  }
  return texts;
}
