import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts';
import { agentMessage, userMessage } from '../wire-json.ts';
import { reviewText } from './completed-item.ts';
import { camelCased, commandActions, fileChanges, searchAction, shellLine, textOf, wholeMs } from './wire-words.ts';

/**
 * The item of a turn on the wire that an event of a legacy rollout tells of; null when it tells of none. `id`: for what has
 * no id of its own.
 */
export function legacyItem(event: JsonObject, id: string): JsonObject | null {
  return forms.get(String(event.type))?.(event, typeof event.call_id === 'string' ? event.call_id : id, id) ?? null;
}

type Form = (event: JsonObject, callId: string, id: string) => JsonObject;

const forms = new Map<string, Form>(
  Object.entries<Form>({
    user_message: (event, _, id) => userMessage(id, saidByUser(event), event.client_id ?? null),
    agent_message: ({ message, phase }, _, id) => agentMessage(id, textOf(message), phase ?? null),
    agent_reasoning: ({ text }, _, id) => ({ type: 'reasoning', id, summary: [textOf(text)], content: [] }),
    agent_reasoning_raw_content: ({ text }, _, id) => ({ type: 'reasoning', id, summary: [], content: [textOf(text)] }),
    exec_command_end: (event, callId) => ({
      ...{ type: 'commandExecution', id: callId, command: shellLine(event.command), cwd: event.cwd ?? null },
      ...{ processId: event.process_id ?? null, source: camelCased(event.source ?? 'agent') },
      ...{ status: camelCased(event.status ?? (event.exit_code === 0 ? 'completed' : 'failed')) },
      ...{ commandActions: commandActions(event.parsed_cmd), aggregatedOutput: event.aggregated_output ?? null },
      ...{ exitCode: event.exit_code ?? null, durationMs: wholeMs(event.duration), pluginId: null, scriptPath: null },
    }),
    patch_apply_end: ({ changes, status, success }, callId) => ({
      ...{ type: 'fileChange', id: callId, changes: fileChanges(changes) },
      status: camelCased(status ?? (success === true ? 'completed' : 'failed')),
    }),
    mcp_tool_call_end: ({ invocation, duration, result }, callId) => ({
      ...{ type: 'mcpToolCall', id: callId, ...(isJsonObject(invocation) ? invocation : {}) },
      ...{ status: isJsonObject(result) && 'Ok' in result ? 'completed' : 'failed', durationMs: wholeMs(duration) },
      ...{ result: isJsonObject(result) ? (result.Ok ?? null) : null, error: mcpError(result) },
    }),
    web_search_end: ({ query, action }, callId) => ({
      ...{ type: 'webSearch', id: callId, query: query ?? '', action: searchAction(action), results: null },
    }),
    view_image_tool_call: ({ path }, callId) => ({ type: 'imageView', id: callId, path: path ?? '' }),
    entered_review_mode: ({ user_facing_hint, item_id }, _, id) => ({
      ...{ type: 'enteredReviewMode', id: item_id ?? id, review: user_facing_hint ?? 'Review requested.' },
    }),
    exited_review_mode: ({ review_output, item_id }, _, id) => ({
      ...{ type: 'exitedReviewMode', id: item_id ?? id, review: reviewText(review_output) },
    }),
    context_compacted: (_, __, id) => ({ type: 'contextCompaction', id }),
  }),
);

function saidByUser({ message, images, local_images, text_elements }: JsonObject): JsonObject[] {
  const text = textOf(message);
  const list = (value: JsonValue | undefined) => (Array.isArray(value) ? (value as readonly JsonValue[]) : []);
  return [
    ...(text.trim() === '' ? [] : [{ type: 'text', text, text_elements: text_elements ?? [] }]),
    ...list(images).map((url) => ({ type: 'image', url, detail: null })),
    ...list(local_images).map((path) => ({ type: 'localImage', path, detail: null })),
  ];
}

function mcpError(result: JsonValue | undefined): JsonObject | null {
  return isJsonObject(result) && typeof result.Err === 'string' ? { message: result.Err } : null;
}
