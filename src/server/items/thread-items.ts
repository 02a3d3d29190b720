import type { Era } from '../../codex/era.ts';
import type { WireKeys } from '../../codex/requests/wire-keys.ts';
import type { HistoryVisitor } from '../../history/read-records.ts';
import { isJsonObject, type JsonObject, type JsonValue, jsonValue, memberAt } from '../../json/json-value.ts';
import { isKept } from '../../lifecycle/facts.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutItem } from '../../rollout/records/record.ts';
import { TurnBuilder } from '../../turns/turn-builder.ts';
import { TurnIds } from '../../turns/turn-ids.ts';
import { namedTurn } from '../../turns/turn-projection.ts';
import { itemJson } from '../wire-json.ts';
import { completedItem } from './completed-item.ts';
import { legacyItem } from './legacy-item.ts';

/** The events that tell of an item, or of how a turn failed; only their lines are looked at. */
const TELLING =
  /"type":\s*"(?:user_message|agent_message|agent_reasoning(?:_raw_content)?|item_completed|exec_command_end|patch_apply_end|mcp_tool_call_end|web_search_end|view_image_tool_call|entered_review_mode|exited_review_mode|context_compacted|task_complete|error)"/;

/** An item of a turn. */
export interface PlacedItem {
  readonly turnId: string;
  /** On the wire. */
  readonly item: JsonObject;
  /** Counts the lines of a paginated rollout, else the items. */
  readonly place: number;
  /** When it began and ended, in milliseconds since 1970; null where the rollout does not say it. */
  readonly startedAtMs: JsonValue;
  readonly completedAtMs: JsonValue;
}

/**
 * The items of a thread's turns on the wire, collected while its history is read. A paginated rollout names the turn of an
 * item; in a legacy one an item stands in the turn that is open.
 */
export class ThreadItems implements HistoryVisitor {
  readonly #keys: WireKeys;
  readonly #filters: boolean;
  readonly #builder: TurnBuilder;
  readonly #byTurn = new Map<string, PlacedItem[]>();
  readonly #begun = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #errors = new Map<string, JsonObject>();
  #count = 0;
  #lines = 0;

  constructor(era: Era, keys: WireKeys) {
    this.#keys = keys;
    this.#filters = era.filtersTurns;
    this.#builder = new TurnBuilder(era, new TurnIds());
  }

  /** The items of a turn, in the order of the rollout. */
  of(turnId: string): readonly JsonObject[] {
    return this.placed(turnId).map(({ item }) => item);
  }

  placed(turnId: string): readonly PlacedItem[] {
    return this.#byTurn.get(turnId) ?? [];
  }

  /** Where a turn begins, counted as the places of items are; -1 where that is not known. */
  beginOf(turnId: string): number {
    return this.#begun.get(turnId) ?? this.placed(turnId)[0]?.place ?? -1;
  }

  /** Where a turn ends, counted the same way; -1 where nothing says that it does. */
  endOf(turnId: string): number {
    return this.#ended.get(turnId) ?? -1;
  }

  /** How a turn failed; null when nothing says so. */
  errorOf(turnId: string): JsonObject | null {
    return this.#errors.get(turnId) ?? null;
  }

  onItem(item: RolloutItem, { bytes }: Line): void {
    this.#builder.add(item);
    const place = item.ordinal === null ? ++this.#lines : Number(item.ordinal);
    const named = namedTurn(item);
    if (named && !this.#begun.has(named.id)) this.#begun.set(named.id, place);
    if (named && named.status !== 'inProgress' && !this.#ended.has(named.id)) this.#ended.set(named.id, place);
    if (!bytes || !TELLING.test(bytes.toString('latin1'))) return;
    if (item.ordinal === null && this.#filters && !isKept(item)) return;
    const payload = memberAt(jsonValue(bytes), 'payload');
    if (!isJsonObject(payload)) return;
    const ofTurn = memberAt(payload, 'turn_id');
    const turnId = typeof ofTurn === 'string' ? ofTurn : this.#builder.turnHere()?.id;
    if (turnId === undefined) return;
    const error = errorIn(payload);
    if (error) this.#errors.set(turnId, error);
    const told = this.#told(payload);
    if (told) this.#add(turnId, told, place);
  }

  #told(payload: JsonObject): JsonObject | null {
    const isItem = payload.type === 'item_completed';
    const id = `item-${this.#count + 1}`;
    const told = isItem ? completedItem(payload) : legacyItem(payload, id);
    if (told?.id === id) this.#count++;
    return told;
  }

  /** What the model thinks goes into one item as long as nothing comes in between. */
  #add(turnId: string, item: JsonObject, place: number): void {
    const items = this.#byTurn.get(turnId) ?? [];
    const last = items.at(-1);
    const goesOn = item.type === 'reasoning' && last?.item.type === 'reasoning' && !('startedAtMs' in item);
    const { startedAtMs = null, completedAtMs = null } = item;
    if (goesOn) items[items.length - 1] = { ...last, item: thoughtOn(last.item, item) };
    else items.push({ turnId, item: itemJson(item, this.#keys), place, startedAtMs, completedAtMs });
    this.#byTurn.set(turnId, items);
  }
}

function thoughtOn(before: JsonObject, after: JsonObject): JsonObject {
  const both = (name: string) => [before[name], after[name]].flatMap((list) => (Array.isArray(list) ? list : []));
  return { ...before, summary: both('summary') as JsonValue[], content: both('content') as JsonValue[] };
}

/** How a turn failed, as the wire says it. */
function errorIn(payload: JsonObject): JsonObject | null {
  const said = payload.type === 'error' ? payload : payload.type === 'task_complete' ? payload.error : null;
  if (!isJsonObject(said)) return null;
  const info = said.codex_error_info;
  const codexErrorInfo =
    typeof info === 'string' ? info.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()) : (info ?? null);
  return { message: said.message ?? '', codexErrorInfo, additionalDetails: null, misalignment: null };
}
