import { isUtf8 } from 'node:buffer';
import { type LineReading, lineReading } from '../../codex/line-reading.ts';
import { type ResponseItem, type ResponseItemDecoder, responseItem } from '../../codex/records/response-item.ts';
import { type SessionMeta, sessionMeta } from '../../codex/records/session-meta.ts';
import { type RecordShapes, recordShapes } from '../../codex/records/shape.ts';
import {
  type TokenUsageInfo,
  type TokenUsageRecord,
  tokenCountPayload,
  tokenUsageRecord,
} from '../../codex/records/token-count.ts';
import { eventName, isKeptEvent, type TurnEvent, turnEventDecoder } from '../../codex/records/turn-events.ts';
import type { CodexVersion } from '../../codex/version.ts';
import {
  DecodeError,
  type Decoder,
  member,
  optional,
  refuseRepeatedKeys,
  required,
  string,
  struct,
  u64,
} from '../../json/decode.ts';
import { JsonError } from '../../json/grammar.ts';
import { type JsonView, parseJson } from '../../json/json-view.ts';

/** A line that Codex can decode. */
export type RolloutItem = DecodedLine & {
  /** Counts the lines of a paginated rollout; null where there is none. */
  readonly ordinal: bigint | null;
  /** When the line was written, as it says itself: any text. */
  readonly timestamp: string;
};

/** One line of a rollout, decoded as Codex decodes it. */
export type RolloutRecord = RolloutItem | SkippedLine;

/** What a line says besides its ordinal and its timestamp. */
export type DecodedLine =
  | { readonly kind: 'session_meta'; readonly meta: SessionMeta }
  /** `info` is null in updates that carry rate limits only. */
  | { readonly kind: 'token_count'; readonly info: TokenUsageInfo | null }
  | (TurnEvent & { readonly isKept: boolean })
  /**
   * `isResumable`: holds what the model is shown instead of all before, so that a paginated rollout is read from here.
   * `hasSummary`: Codex had the model write one; the server's own compactions have none.
   */
  | { readonly kind: 'compacted'; readonly isResumable: boolean; readonly hasSummary: boolean }
  | ({ readonly kind: 'response_item' } & ResponseItem)
  /** What the settings of the thread are from here on. */
  | {
      readonly kind: 'thread_settings_applied';
      readonly model_provider_id: string | null;
      readonly model: string | null;
      readonly isKept: boolean;
    }
  | { readonly kind: 'turn_context'; readonly turn_id: string | null; readonly model: string | null }
  /** What one response of the model cost, in which turn of which thread (3.6). */
  | ({ readonly kind: 'token_usage_record' } & TokenUsageRecord)
  /** Of no matter here. `isKept`: legacy rollouts keep such records. */
  | { readonly kind: 'other'; readonly isKept: boolean };

/** A line that is none of Codex's items, but that it knows. */
type DecodedTopLevel = DecodedLine | { readonly kind: 'ghost_snapshot' };

type SkippedLine =
  /** A snapshot of the working tree, which Codex passes over on purpose; its ordinal counts. */
  | { readonly kind: 'ghost_snapshot'; readonly ordinal: bigint | null }
  /** Of a kind that we do not know: Codex skips the line, unless it is newer. */
  | { readonly kind: 'unknown'; readonly type: string; readonly ownOrdinal: bigint | null }
  /** JSON, but Codex skips the line since `field` is not as it must be. `type` is empty when the line has none. */
  | {
      readonly kind: 'dropped';
      readonly type: string;
      readonly field: string;
      readonly problem: string;
      readonly ownOrdinal: bigint | null;
    }
  /** Not JSON. `refusesAll`: then Codex does not load the rollout at all. */
  | {
      readonly kind: 'unreadable';
      readonly problem: string;
      readonly isUtf8: boolean;
      readonly refusesAll: boolean;
    };

/** Whether a record is one that Codex decodes, and so counts when a turn is called `rollout-<N>`. */
export function isItem(record: RolloutRecord): record is RolloutItem {
  return (
    record.kind !== 'unreadable' &&
    record.kind !== 'dropped' &&
    record.kind !== 'unknown' &&
    record.kind !== 'ghost_snapshot'
  );
}

/** Decodes one line, without its `\n`. Never throws on what it reads. */
export type RecordDecoder = (bytes: Buffer) => RolloutRecord;

const ENVELOPE = new Set(['timestamp', 'ordinal', 'type', 'payload']);
const TYPE = new Set(['type']);
const ITEM = new Set(['item']);

/** Decodes lines as Codex `version` does: strictly where serde is strict, and only there (docs/codex.md 2, 3). */
export function recordDecoder(version: CodexVersion, historyMode: 'legacy' | 'paginated'): RecordDecoder {
  const reading = lineReading(version, historyMode);
  const ordinal = reading.readsOrdinals ? optional(u64) : null;
  const decoders = decodersOf(version, reading);

  return (bytes) => {
    let line: JsonView;
    try {
      line = parseJson(bytes, reading.numbers);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      const problem = `${error.message} (byte ${error.offset} of the line)`;
      const isText = isUtf8(bytes);
      return { kind: 'unreadable', problem, isUtf8: isText, refusesAll: reading.refusesBadUtf8 && !isText };
    }
    if (line.kind !== 'object') {
      return { kind: 'dropped', type: '', field: 'line', problem: `not an object but ${line.kind}`, ownOrdinal: null };
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
        return { kind: 'token_count', timestamp, info: decoders.tokenCount(payload, 'payload'), ordinal: place };
      }
      const record = isEvent ? decoders.event(type, payload) : decodeTopLevel(type, payload, decoders);
      return record
        ? { ...record, ordinal: place, timestamp }
        : { kind: 'unknown', type: isEvent ? `event_msg/${type}` : type, ownOrdinal: place };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { kind: 'dropped', type, field: error.field, problem: error.message, ownOrdinal: ordinalIn(members) };
    }
  };
}

/** The ordinal of a line whatever else is wrong with it. */
function ordinalIn(members: ReadonlyMap<string, JsonView>): bigint | null {
  const value = members.get('ordinal');
  try {
    return value ? u64(value, 'ordinal') : null;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return null;
  }
}

const anything: Decoder<JsonView> = (value) => value;
const compacted = struct({
  message: optional(anything),
  replacement_history: optional(anything),
  window_number: optional(anything),
  window_id: optional(anything),
});
const settings = struct({
  thread_settings: optional(struct({ model_provider_id: optional(string), model: optional(string) })),
});
const turnContext = struct({ turn_id: optional(string), model: optional(string) });

interface Decoders {
  readonly shapes: RecordShapes;
  readonly meta: Decoder<SessionMeta>;
  readonly item: ResponseItemDecoder;
  readonly tokenCount: Decoder<TokenUsageInfo | null>;
  readonly usageRecord: Decoder<TokenUsageRecord>;
  readonly event: (type: string, payload: JsonView) => DecodedLine | null;
}

function decodersOf(version: CodexVersion, reading: LineReading): Decoders {
  const shapes = recordShapes(version);
  const turnEvent = turnEventDecoder(version);
  return {
    shapes,
    meta: sessionMeta(version),
    item: responseItem(version, shapes),
    tokenCount: tokenCountPayload(version, reading),
    usageRecord: tokenUsageRecord(version, reading),
    event: (type, payload) => {
      const check = shapes.check(`EventMsg/${eventName(type)}`);
      if (!check) return null;
      check(payload, 'payload');
      const isKept = isKeptEvent(version, type) || (type === 'item_completed' && isPlan(payload));
      if (type === 'thread_settings_applied') {
        const { thread_settings } = settings(payload, 'payload');
        const { model_provider_id = null, model = null } = thread_settings ?? {};
        return { kind: type, model_provider_id, model, isKept };
      }
      const event = turnEvent(type, payload);
      return event ? { ...event, isKept } : { kind: 'other', isKept };
    },
  };
}

/** Null when the type is unknown. */
function decodeTopLevel(
  type: string,
  payload: JsonView,
  { shapes, meta, item, usageRecord }: Decoders,
): DecodedTopLevel | null {
  if (type === 'session_meta') return { kind: 'session_meta', meta: meta(payload, 'payload') };
  if (type === 'response_item') return item(payload, 'payload');
  const check = shapes.payloadCheck(type);
  if (!check) return null;
  check(payload, 'payload');
  if (type === 'compacted') return { kind: 'compacted', ...compaction(payload) };
  if (type === 'token_usage_record') return { kind: type, ...usageRecord(payload, 'payload') };
  if (type === 'turn_context') return { kind: type, ...turnContext(payload, 'payload') };
  return { kind: 'other', isKept: true };
}

function compaction(payload: JsonView): { isResumable: boolean; hasSummary: boolean } {
  const { message, replacement_history, window_number, window_id } = compacted(payload, 'payload');
  const isNumbered = window_number !== null || window_id?.kind === 'number';
  const hasSummary = message?.kind === 'string' && message.byteLength > '""'.length;
  return { isResumable: replacement_history !== null && isNumbered, hasSummary };
}

/** Whether an item is a plan, the one sort that a legacy rollout keeps. */
function isPlan(payload: JsonView): boolean {
  const item = payload.kind === 'object' ? payload.members(ITEM).get('item') : undefined;
  return item?.kind === 'object' && textOf(item.members(TYPE).get('type')) === 'Plan';
}

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
