import { type Decoder, required, string, struct } from '../../json/decode.ts';
import type { JsonView } from '../../json/json-view.ts';
import { type CodexVersion, isAtLeast } from '../version.ts';
import type { RecordShapes } from './shape.ts';

/** What a `response_item` means to turns. */
export interface ResponseItem {
  /** Something that the user said, not what Codex says in the user's place. */
  readonly is_user_message: boolean;
  /** What a hook said to the model, which is part of a turn. */
  readonly is_hook_prompt: boolean;
  /** Of a type that Codex knows; others are read as `Other`, which a legacy rollout does not keep. */
  readonly is_known: boolean;
}

/** Types that Codex reads, but that a legacy rollout does not keep; nor does it keep what it reads as `other`. */
const notKept: ReadonlySet<string> = new Set(['additional_tools', 'compaction_trigger', 'other']);

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

/** A response_item, or a snapshot of the working tree, which newer versions pass over. */
export type ResponseItemDecoder = Decoder<
  ({ readonly kind: 'response_item' } & ResponseItem) | { readonly kind: 'ghost_snapshot' }
>;

/** How Codex `version` reads the payload of a `response_item`. The decoder throws a DecodeError when it drops the line. */
export function responseItem(version: CodexVersion, shapes: RecordShapes): ResponseItemDecoder {
  const inTheUsersPlace = writtenInTheUsersPlace(version);
  return (payload, field) => {
    const { type } = tagged(payload, field);
    const check = shapes.check(`ResponseItem/${type}`);
    if (!check && type === 'ghost_snapshot') return { kind: 'ghost_snapshot' };
    check?.(payload, field);
    const parts = type === 'message' ? userText(payload) : null;
    const is_hook_prompt = parts !== null && parts.length > 0 && parts.every((text) => HOOK_PROMPT.test(text));
    const isWritten = parts?.some((text) => isOneOf(inTheUsersPlace, text.trim())) ?? true;
    const is_known = check !== null && !notKept.has(type);
    return { kind: 'response_item', is_known, is_user_message: !isWritten && !is_hook_prompt, is_hook_prompt };
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
