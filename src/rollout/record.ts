import { isUtf8 } from 'node:buffer';
import { type CodexVersion, isAtLeast } from './codex-version.ts';
import { DecodeError, type Decoder, integer, onlyIf, optional, required, string, struct } from './decode.ts';
import { type JsonView, parseJson } from './json.ts';
import { JsonError } from './json-grammar.ts';
import { lineReading } from './line-reading.ts';
import { type SessionMeta, sessionMeta } from './session-meta.ts';
import { type TokenUsageInfo, tokenCountPayload } from './token-count.ts';

/** One line of a rollout, decoded as Codex decodes it. */
export type RolloutRecord =
  | { readonly kind: 'session_meta'; readonly meta: SessionMeta }
  | { readonly kind: 'task_started'; readonly turnId: string }
  /** `info` is null in updates that carry rate limits only. */
  | { readonly kind: 'token_count'; readonly timestamp: string; readonly info: TokenUsageInfo | null }
  /** Of another kind. Its payload is not looked at. */
  | { readonly kind: 'other' }
  /** JSON, but Codex skips the line since `field` is not as it must be. `type` is empty when the line has none. */
  | { readonly kind: 'dropped'; readonly type: string; readonly field: string; readonly problem: string }
  /** Not JSON. `refusesAll`: then Codex does not load the rollout at all. */
  | { readonly kind: 'unreadable'; readonly problem: string; readonly refusesAll: boolean };

/** Decodes one line, without its `\n`. Never throws on what it reads. */
export type RecordDecoder = (bytes: Buffer) => RolloutRecord;

const U64_MAX = 2n ** 64n - 1n;
const LABELS = new Set(['type', 'payload']);

/** Decodes lines as Codex `version` does: strictly where serde is strict, and only there (docs/codex.md 2, 3). */
export function recordDecoder(version: CodexVersion, historyMode: 'legacy' | 'paginated'): RecordDecoder {
  const reading = lineReading(version, historyMode);
  const refusesBadUtf8 = historyMode === 'legacy' || !isAtLeast(version, [0, 155, 0]);
  const hasOrdinals = isAtLeast(version, [0, 145, 0]);
  const envelope = struct(
    {
      timestamp: required(string),
      ordinal: onlyIf(hasOrdinals, optional(integer(0n, U64_MAX)), null),
      type: required(string),
      payload: required(anything),
    },
    reading.repeatedKeys,
  );
  const tokenCount = tokenCountPayload(version, reading);

  return (bytes) => {
    let line: JsonView;
    try {
      line = parseJson(bytes, reading.numbers);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      const problem = `${error.message} (byte ${error.offset} of the line)`;
      return { kind: 'unreadable', problem, refusesAll: refusesBadUtf8 && !isUtf8(bytes) };
    }
    if (line.kind !== 'object')
      return { kind: 'dropped', type: '', field: 'line', problem: `not an object but ${line.kind}` };
    const type = typeOf(line);
    try {
      const { timestamp, payload } = envelope(line, '');
      switch (type) {
        case 'session_meta':
          return { kind: 'session_meta', meta: sessionMeta(payload, 'payload') };
        case 'token_count':
          return { kind: 'token_count', timestamp, info: tokenCount(payload, 'payload') };
        case 'task_started':
        case 'turn_started':
          return { kind: 'task_started', turnId: taskStarted(payload, 'payload').turn_id };
        default:
          return { kind: 'other' };
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { kind: 'dropped', type, field: error.field, problem: error.message };
    }
  };
}

const anything: Decoder<JsonView> = (value) => value;
const taskStarted = struct({ turn_id: required(string) });

/** The kind of a line: for an `event_msg` that of the event, else its own. Empty when it says none. */
function typeOf(line: JsonView): string {
  const { type, payload } = Object.fromEntries(line.members(LABELS));
  if (type?.kind !== 'string') return '';
  if (type.text !== 'event_msg') return type.text;
  const tag =
    payload?.kind === 'array'
      ? payload.elements()[0]
      : payload?.kind === 'object'
        ? payload.members(LABELS).get('type')
        : undefined;
  return tag?.kind === 'string' ? tag.text : '';
}
