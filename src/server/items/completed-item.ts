import { isJsonObject, type JsonObject, type JsonValue, memberAt } from '../../json/json-value.ts';
import { agentMessage, userMessage } from '../wire-json.ts';
import {
  camelCase,
  camelCased,
  commandActions,
  fileChanges,
  plainPath,
  searchAction,
  shellLine,
  textsOf,
  userContent,
  wholeMs,
} from './wire-words.ts';

/**
 * The item of a turn on the wire that an `item_completed` of a paginated rollout keeps (measured on 0.169); null when it
 * keeps none.
 */
export function completedItem({ item, started_at_ms, completed_at_ms }: JsonObject): JsonObject | null {
  const [id, type] = [memberAt(item, 'id'), memberAt(item, 'type')];
  if (!isJsonObject(item) || typeof id !== 'string' || typeof type !== 'string') return null;
  const times = { startedAtMs: started_at_ms ?? null, completedAtMs: completed_at_ms ?? null };
  return { ...(forms.get(type)?.(id, item) ?? { ...members(item), type: camelCase(type), id }), ...times };
}

type Form = (id: string, item: JsonObject) => JsonObject;

const forms = new Map<string, Form>(
  Object.entries<Form>({
    UserMessage: (id, { content, client_id }) => userMessage(id, userContent(content), client_id ?? null),
    AgentMessage: (id, { content, phase }) => agentMessage(id, textsOf(content).join(''), phase ?? null),
    Reasoning: (id, { summary_text, raw_content }) => ({
      ...{ type: 'reasoning', id, summary: summary_text ?? [], content: raw_content ?? [] },
    }),
    CommandExecution: (id, item) => ({
      ...{ type: 'commandExecution', id, command: shellLine(item.command), cwd: plainPath(item.cwd) },
      ...{ processId: item.process_id ?? null, source: camelCased(item.source), status: camelCased(item.status) },
      ...{ commandActions: commandActions(item.parsed_cmd), aggregatedOutput: filled(item.aggregated_output) },
      ...{ exitCode: item.exit_code ?? null, durationMs: wholeMs(item.duration) },
      ...{ pluginId: item.plugin_id ?? null, scriptPath: item.script_path ?? null },
    }),
    FileChange: (id, { changes, status }) => ({
      ...{ type: 'fileChange', id, changes: fileChanges(changes), status: camelCased(status) },
    }),
    WebSearch: (id, { query, action, results }) => ({
      ...{ type: 'webSearch', id, query: query ?? '', action: searchAction(action), results: results ?? null },
    }),
    ImageView: (id, { path }) => ({ type: 'imageView', id, path: plainPath(path) }),
    EnteredReviewMode: (id, { user_facing_hint }) => ({
      type: 'enteredReviewMode',
      id,
      review: user_facing_hint ?? '',
    }),
    ExitedReviewMode: (id, { review_output }) => ({ type: 'exitedReviewMode', id, review: reviewText(review_output) }),
    ContextCompaction: (id) => ({ type: 'contextCompaction', id }),
  }),
);

/** What a review comes to. */
export function reviewText(output: JsonValue | undefined): string {
  const text = memberAt(output, 'overall_explanation');
  return typeof text === 'string' && text !== '' ? text : 'Reviewer failed to output a response.';
}

/** The members of an item whose form was not measured: their names as the wire writes them, and their states too. */
function members(item: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      if (name === 'duration') return ['durationMs', wholeMs(value)];
      return [camelCase(name), /^(?:status|kind|tool)$/.test(name) ? camelCased(value) : value];
    }),
  );
}

function filled(text: JsonValue | undefined): JsonValue {
  return text === undefined || text === '' ? null : text;
}
