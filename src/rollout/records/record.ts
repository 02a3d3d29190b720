import { isUtf8 } from 'node:buffer';
import { lineReading } from '../../codex/line-reading.ts';
import { type ResponseItem, responseItem } from '../../codex/records/response-item.ts';
import { type SessionMeta, sessionMeta } from '../../codex/records/session-meta.ts';
import { type TokenUsageInfo, tokenCountPayload } from '../../codex/records/token-count.ts';
import { keptEvents, otherEvents, type TurnEvent, turnEvents } from '../../codex/records/turn-events.ts';
import { type CodexVersion, isAtLeast } from '../../codex/version.ts';
import {
  DecodeError,
  type Decoder,
  member,
  mismatch,
  optional,
  refuseRepeatedKeys,
  required,
  string,
  struct,
  u64,
} from '../../json/decode.ts';
import { JsonError } from '../../json/grammar.ts';
import { type JsonView, parseJson } from '../../json/json-view.ts';

/** A line that Codex can decode. `ordinal` counts the lines of a paginated rollout; null where there is none. */
export type RolloutItem = DecodedLine & { readonly ordinal: bigint | null };

/** One line of a rollout, decoded as Codex decodes it. */
export type RolloutRecord = RolloutItem | SkippedLine;

type DecodedLine =
  | { readonly kind: 'session_meta'; readonly meta: SessionMeta }
  /** `info` is null in updates that carry rate limits only. */
  | { readonly kind: 'token_count'; readonly timestamp: string; readonly info: TokenUsageInfo | null }
  | (TurnEvent & { readonly isKept: boolean })
  /** `isResumable`: holds what the model is shown instead of all before, so that a paginated rollout is read from here. */
  | { readonly kind: 'compacted'; readonly isResumable: boolean }
  | ({ readonly kind: 'response_item' } & ResponseItem)
  /** Of no matter here. `isKept`: legacy rollouts keep such records. */
  | { readonly kind: 'other'; readonly isKept: boolean };

type SkippedLine =
  /** Of a kind that we do not know: Codex skips the line, unless it is newer. */
  | { readonly kind: 'unknown'; readonly type: string }
  /** JSON, but Codex skips the line since `field` is not as it must be. `type` is empty when the line has none. */
  | { readonly kind: 'dropped'; readonly type: string; readonly field: string; readonly problem: string }
  /** Not JSON. `refusesAll`: then Codex does not load the rollout at all. */
  | { readonly kind: 'unreadable'; readonly problem: string; readonly refusesAll: boolean };

/** Decodes one line, without its `\n`. Never throws on what it reads. */
export type RecordDecoder = (bytes: Buffer) => RolloutRecord;

const ENVELOPE = new Set(['timestamp', 'ordinal', 'type', 'payload']);
const TYPE = new Set(['type']);
const ITEM = new Set(['item']);

/** Decodes lines as Codex `version` does: strictly where serde is strict, and only there (docs/codex.md 2, 3). */
export function recordDecoder(version: CodexVersion, historyMode: 'legacy' | 'paginated'): RecordDecoder {
  const reading = lineReading(version, historyMode);
  const refusesBadUtf8 = historyMode === 'legacy' || !isAtLeast(version, [0, 155, 0]);
  const ordinal = isAtLeast(version, [0, 145, 0]) ? optional(u64) : null;
  const tokenCount = tokenCountPayload(version, reading);
  const meta = sessionMeta(version);
  const item = responseItem(version);

  return (bytes) => {
    let line: JsonView;
    try {
      line = parseJson(bytes, reading.numbers);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      const problem = `${error.message} (byte ${error.offset} of the line)`;
      return { kind: 'unreadable', problem, refusesAll: refusesBadUtf8 && !isUtf8(bytes) };
    }
    if (line.kind !== 'object') {
      return { kind: 'dropped', type: '', field: 'line', problem: `not an object but ${line.kind}` };
    }
    const members = line.members(ENVELOPE);
    const { isEvent, type } = typeOf(members);
    try {
      if (reading.repeatedKeys === 'error') refuseRepeatedKeys(line, ENVELOPE, '');
      const timestamp = member(required(string), members, 'timestamp');
      const place = ordinal && member(ordinal, members, 'ordinal');
      member(required(string), members, 'type');
      const payload = member(required(anything), members, 'payload');
      if (isEvent && type === 'token_count') {
        return { kind: 'token_count', timestamp, info: tokenCount(payload, 'payload'), ordinal: place };
      }
      const record = isEvent ? decodeEvent(type, payload) : decodeTopLevel(type, payload, meta, item);
      return record ? { ...record, ordinal: place } : { kind: 'unknown', type };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { kind: 'dropped', type, field: error.field, problem: error.message };
    }
  };
}

const anything: Decoder<JsonView> = (value) => value;
const array: Decoder<JsonView> = (value, field) => {
  if (value.kind !== 'array') throw mismatch(value, field, 'an array');
  return value;
};
const compacted = struct({
  message: required(string),
  replacement_history: optional(array),
  window_number: optional(u64),
});

/** Null when the type is unknown. */
function decodeTopLevel(
  type: string,
  payload: JsonView,
  meta: Decoder<SessionMeta>,
  item: Decoder<ResponseItem | null>,
): DecodedLine | null {
  switch (type) {
    case 'session_meta':
      return { kind: 'session_meta', meta: meta(payload, 'payload') };
    case 'response_item': {
      const read = item(payload, 'payload');
      return read && { kind: 'response_item', ...read };
    }
    case 'compacted':
      return { kind: 'compacted', isResumable: isResumable(payload) };
    default:
      return otherTypes.has(type) ? { kind: 'other', isKept: true } : null;
  }
}

function isResumable(payload: JsonView): boolean {
  const { replacement_history, window_number } = compacted(payload, 'payload');
  return replacement_history !== null && window_number !== null;
}

/** Whether an item is a plan, the one sort that a legacy rollout keeps. */
function isPlan(payload: JsonView): boolean {
  const item = payload.kind === 'object' ? payload.members(ITEM).get('item') : undefined;
  return item?.kind === 'object' && textOf(item.members(TYPE).get('type')) === 'Plan';
}

/** Null when the type is unknown. */
function decodeEvent(type: string, payload: JsonView): DecodedLine | null {
  const isKept = keptEvents.has(type) || (type === 'item_completed' && isPlan(payload));
  const event = Object.hasOwn(turnEvents, type) ? turnEvents[type]?.(payload) : undefined;
  if (event) return { ...event, isKept };
  return event === null || isKept || otherEvents.has(type) ? { kind: 'other', isKept } : null;
}

const otherTypes = new Set([
  'turn_context',
  'world_state',
  'inter_agent_communication',
  'inter_agent_communication_metadata',
  'security_risk_score',
  'token_usage_record',
  'retained_context',
  'realtime_item',
]);

/** The kind of a line: for an `event_msg` that of the event, else its own. Empty when it says none. */
function typeOf(members: ReadonlyMap<string, JsonView>): { isEvent: boolean; type: string } {
  const type = textOf(members.get('type'));
  if (type !== 'event_msg') return { isEvent: false, type };
  const payload = members.get('payload');
  if (payload?.kind === 'array') return { isEvent: true, type: textOf(payload.elements().next().value) };
  return { isEvent: true, type: payload?.kind === 'object' ? textOf(payload.members(TYPE).get('type')) : '' };
}

function textOf(value: JsonView | undefined): string {
  return value?.kind === 'string' ? value.text : '';
}
