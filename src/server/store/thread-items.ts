import type { Era } from '../../codex/era.ts';
import type { HistoryVisitor } from '../../history/read-records.ts';
import { isJsonObject, type JsonObject, type JsonValue, jsonValue, memberAt } from '../../json/json-value.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutItem } from '../../rollout/records/record.ts';
import { TurnBuilder } from '../../turns/turn-builder.ts';
import { agentMessage, userMessage } from '../wire-json.ts';

/** The events that hold what was said; only their lines are looked at. */
const SAID = /"type":\s*"(?:user_message|agent_message|agent_reasoning|item_completed)"/;

/**
 * The items of a thread's turns on the wire, collected while its history is read: what the user and the model said. Other
 * items (tool calls, file changes, …) are left out. A paginated rollout names the turn of an item; in a legacy one an item
 * stands in the turn that is open.
 */
export class ThreadItems implements HistoryVisitor {
  readonly #byTurn = new Map<string, JsonObject[]>();
  readonly #builder: TurnBuilder;
  #count = 0;

  constructor(era: Era) {
    this.#builder = new TurnBuilder(era);
  }

  /** The items of a turn, in the order of the rollout. */
  of(turnId: string): readonly JsonObject[] {
    return this.#byTurn.get(turnId) ?? [];
  }

  onItem(item: RolloutItem, { bytes }: Line): void {
    this.#builder.add(item);
    if (!bytes || !SAID.test(bytes.toString('latin1'))) return;
    const payload = memberAt(jsonValue(bytes), 'payload');
    const said = isJsonObject(payload) ? this.#said(payload) : null;
    const named = memberAt(payload, 'turn_id');
    const turnId = typeof named === 'string' ? named : this.#builder.turnHere()?.id;
    if (said && turnId !== undefined) this.#byTurn.set(turnId, [...this.of(turnId), said]);
  }

  #said(payload: JsonObject): JsonObject | null {
    const id = `item-${this.#count + 1}`;
    const said = payload.type === 'item_completed' ? completedItem(payload) : legacyItem(payload, id);
    if (said) this.#count++;
    return said;
  }
}

function completedItem({ item, started_at_ms, completed_at_ms }: JsonObject): JsonObject | null {
  const id = memberAt(item, 'id');
  const content = memberAt(item, 'content');
  const times = { startedAtMs: started_at_ms ?? null, completedAtMs: completed_at_ms ?? null };
  if (typeof id !== 'string') return null;
  switch (memberAt(item, 'type')) {
    case 'UserMessage':
      return { ...userMessage(id, content ?? []), ...times };
    case 'AgentMessage':
      return { ...agentMessage(id, textsOf(content).join(''), memberAt(item, 'phase') ?? null), ...times };
    case 'Reasoning': {
      const summary = memberAt(item, 'summary_text') ?? [];
      return { type: 'reasoning', id, summary, content: memberAt(item, 'raw_content') ?? [], ...times };
    }
    default:
      return null;
  }
}

function legacyItem({ type, message, text, phase }: JsonObject, id: string): JsonObject | null {
  switch (type) {
    case 'user_message':
      return userMessage(id, [{ type: 'text', text: shown(message), text_elements: [] }]);
    case 'agent_message':
      return agentMessage(id, shown(message), phase ?? null);
    case 'agent_reasoning':
      return { type: 'reasoning', id, summary: [shown(text)], content: [] };
    default:
      return null;
  }
}

function textsOf(content: JsonValue | undefined): string[] {
  return Array.isArray(content) ? content.map((part: JsonValue) => shown(memberAt(part, 'text'))) : [];
}

function shown(text: JsonValue | undefined): string {
  return typeof text === 'string' ? text : '';
}
